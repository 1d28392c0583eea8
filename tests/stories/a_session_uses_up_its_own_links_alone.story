# Twelve links and no proof: a human comes in. Who then signs in anew begins with links of their own, though a copy of the first session pressed away.
Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I have found the key
Alex presses new_link
  Bot: I cannot go on by myself here
  Bot: Your case number is 1001
1 minute passes
Alex comes in
  Bot: You are back, after signing in again
Alex presses restart
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key
Alex gets to the key
The last key opens LAPTOP-ALEX
There is one case, the last one for limit
