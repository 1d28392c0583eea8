Alex comes in
Alex is among the Administrators
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: a colleague has to be there in person
  Bot: Your case number is
  Bot does not say: I have found the key
There is one case, the last one for policy
The audit tells: link.refused
The audit does not tell: link.given
