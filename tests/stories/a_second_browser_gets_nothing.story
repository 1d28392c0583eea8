Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex opens the link in another browser
The page says: This link is open in another browser
Alex asks for the key, and does not get it
The audit does not tell: key.shown
