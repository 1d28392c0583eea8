# The same conversation, on the phone, in Teams.
Alex installs the bot in Teams
  Bot: Hello Alex
Alex presses windows
  Bot: Type its first eight characters
Alex: my laptop wants a bitlocker key {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key for LAPTOP-ALEX
Alex opens the link
Alex continues
Alex proves it
Alex says that nobody tells them what to do
Alex looks at the key
The last key opens LAPTOP-ALEX
  Bot: Your key is on the page now
Alex presses worked
  Bot: Good, you are in
The computers are online
1 minute passes
  Bot: has made itself a new recovery key
The first key does not open LAPTOP-ALEX
