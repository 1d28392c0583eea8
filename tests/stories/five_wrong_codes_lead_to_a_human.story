Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it with a wrong code
The page says: Tries left: 4
Alex proves it with a wrong number
The page says: Tries left: 3
# a new link gives no tries back
Alex presses new_link
Alex opens the link
Alex continues
Alex proves it with a wrong code
The page says: Tries left: 2
Alex proves it with a wrong code
Alex proves it with a wrong code
The page says: We could not confirm that it is you
  Bot: I could not confirm that it is you
There is one case, the last one for not_proved
Alex asks for the key, and does not get it
The audit tells: proof.failed
The audit does not tell: key.shown
