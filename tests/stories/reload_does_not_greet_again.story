Alex comes in
  Bot: Hello Alex
Alex: windows
  Bot: Type its first eight characters
Alex comes back
  Bot says nothing more
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key for LAPTOP-ALEX
