Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex says that nobody tells them what to do
The vault does not answer
Alex asks for the key, and does not get it
  Bot: Your key is not lost
The vault answers again
Alex looks at the key
The last key opens LAPTOP-ALEX
