Alex comes in
Alex presses windows
  Bot: Type its first eight characters
Alex: {misread 8 of key id of LAPTOP-ALEX}
  Bot: I have almost found it. Character
Alex: {next 4 of key id of LAPTOP-ALEX}
  Bot: I have found the key for LAPTOP-ALEX
The audit tells: key_id.near, key.found
