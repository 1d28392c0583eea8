Sam comes in
Sam: my macbook is locked
  Bot: I have found the key for MAC-SAM
Sam gets to the key
  Bot: asks for a new password afterwards
The last key opens MAC-SAM
Sam: it worked
  Bot: Good, you are in
  Bot: choose a new password
The computers are online
10 seconds pass
  Bot: MAC-SAM has made itself a new recovery key
MAC-SAM is locked again
The first key does not open MAC-SAM
