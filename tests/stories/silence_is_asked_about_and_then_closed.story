Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex gets to the key
11 minutes pass
  Bot: Are you still there?
16 minutes pass
  Bot: I have closed this for now. Nothing was changed on your computer
Alex asks for the key for the 2nd time, and does not get it
# the person was still locked out, and the key still opens
The computers are online
The first key opens LAPTOP-ALEX
Alex: hello
  Bot: Is your computer asking for a recovery key?
