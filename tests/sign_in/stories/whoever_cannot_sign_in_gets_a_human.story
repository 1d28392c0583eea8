Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
The page says: Sign in once more
Alex cannot do it
The page says: A colleague from the helpdesk has been told
  Bot: Your case number is
There is one case, the last one for not_proved
The audit does not tell: key.shown
