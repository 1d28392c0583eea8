Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex says that somebody tells them what to do
The page says: You did the right thing
  Bot: Please hang up
There is one case, the last one for insisted, urgent
Alex asks for the key, and does not get it
The audit does not tell: key.shown
