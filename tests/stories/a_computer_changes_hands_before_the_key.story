# Alex proves it for a computer that is given to Kim meanwhile: the page shows nothing, and a human clears it up.
Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex says that nobody tells them what to do
LAPTOP-ALEX is given to Kim
Alex asks for the key, and does not get it
  Bot: Our records no longer name you as the owner of this computer
  Bot: Your case number is
There is one case, the last one for changed_hands
The audit tells: proof.accepted, link.ended
The audit does not tell: key.shown
