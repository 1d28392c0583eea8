Alex comes in
Alex: windows
Alex: hello?
  Bot: I am looking for the Key ID on the blue screen
Alex: {first 4 of key id of LAPTOP-ALEX}
  Bot: I have found the key for LAPTOP-ALEX
