Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex says that somebody tells them what to do
The page says: You did the right thing
The page says: For a day no key is shown under your name
  Bot: Please hang up
There is one case, the last one for insisted, urgent
Alex asks for the key, and does not get it
The audit does not tell: key.shown
# The caller says: then begin anew, and press no this time.
Alex presses restart
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: So for a day I show no key by myself
  Bot: Your case number is 1002
There are 2 cases, the last one for insisted_today, urgent
Alex comes in
  Bot: Your case number is 1002
Alex presses restart
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: So for a day I show no key by myself
  Bot: Your case number is 1003
The audit does not tell: key.shown
# A human has spoken with them, and it goes on as it does for everybody.
Dana comes to the desk
Dana takes case 1003
  The desk says: said within the last day that somebody is telling them what to do
31 seconds pass
Dana is sure, in person, of Alex in case 1003
  Bot: Here is your page for LAPTOP-ALEX
  Bot: I have found the key
Alex gets to the key
The last key opens LAPTOP-ALEX
Alex says on the page that it worked
  Bot: Good, you are in
