# The computer is locked and the phone is in strange hands, with the app on it.
Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
A thief has the phone of Alex
Alex presses human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
The desk says: Then take the app’s proof away
Dana removes the app in case 1001, of Alex
The desk does not say: Then take the app’s proof away
The phone of Alex shows 1 notice
The audit tells: authenticator.removed_by_desk
# the code that the thief read a moment before proves nothing any more
The thief proves it as Alex with that phone
The page says: That did not match
The audit does not tell: proof.accepted
Alex asks for the key, and does not get it
