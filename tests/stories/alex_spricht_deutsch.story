Alex comes in in German
  Bot: Hallo Alex
Alex: mein Rechner ist gesperrt
  Bot: Welcher Computer ist gesperrt?
Alex: bitlocker
  Bot: Tippen Sie die ersten acht Zeichen
Alex: Schlüssel-ID {first 8 of key id of LAPTOP-ALEX}
  Bot: Ich habe den Schlüssel für LAPTOP-ALEX gefunden
Alex gets to the key
The last key opens LAPTOP-ALEX
Alex: hat geklappt
  Bot: Sehr gut, Sie sind drin
Alex: danke
  Bot: Gern.
Alex: mein Laptop wurde gestohlen
  Bot: Ich habe sofort gesperrt
There is one case, the last one for lost_or_stolen, urgent
