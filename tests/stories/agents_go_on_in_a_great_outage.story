# So many are locked out on one morning that the bot gives no more links. What an agent vouches for goes on.
Everybody's links of the day are used up
Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I cannot go on by myself here
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
Dana is sure, by video, of Alex in case 1001
  Bot: I have found the key
Alex gets to the key
The last key opens LAPTOP-ALEX
There is one case, the last one for limit
