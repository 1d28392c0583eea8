Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex gets to the key
The last key opens LAPTOP-ALEX
Alex presses worked
  Bot: Good, you are in
The computers are online
10 seconds pass
  Bot: has made itself a new recovery key
Alex: thanks!
  Bot: You are welcome
20 minutes pass
LAPTOP-ALEX is locked again
Alex: it is locked again, windows
  Bot: Type its first eight characters
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key for LAPTOP-ALEX
Alex gets to the key
The last key opens LAPTOP-ALEX
Alex says on the page that it worked
  Bot: Good, you are in
The computers are online
10 seconds pass
  Bot: has made itself a new recovery key
