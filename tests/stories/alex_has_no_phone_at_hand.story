Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
The page says: I cannot do this
# two taps are one: what is read after the second is what became of the first
Alex cannot do it, and taps twice
The page says: A colleague from the helpdesk has been told
  Bot: Your case number is
There is one case, the last one for not_proved
The audit does not tell: key.shown
