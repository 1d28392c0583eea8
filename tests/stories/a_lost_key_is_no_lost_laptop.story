# Whoever has lost a key is whom we are here for: nothing is blocked, and the page opens.
Alex comes in
Alex: Ich habe den Schlüssel für meinen Laptop verloren
  Bot: Let us get you back in
Alex: my laptop is missing a key
  Bot: Which computer is locked?
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key for LAPTOP-ALEX
The audit does not tell: self_service.frozen
There is no case
Alex opens the link
Alex continues
Alex proves it
Alex says that nobody tells them what to do
Alex looks at the key
The last key opens LAPTOP-ALEX
