Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex: human
  Bot: Your case number is 1001
Dana comes to the desk
  The desk says: Alex Rivera
  The desk says: asked for a colleague
Lee comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Lee takes case 1001
  The desk says: Dana Fischer has this case.
Dana is sure, in person, of Alex in case 1001
  The desk says: Their link is in their own chat.
  Bot: A colleague from the helpdesk has made sure that it is you. Here is your page for LAPTOP-ALEX.
  Bot: I have found the key
# From here on it goes as it does for everybody.
Alex gets to the key
The last key opens LAPTOP-ALEX
Alex says on the page that it worked
  Bot: Good, you are in.
Dana looks at case 1001
  The desk says: The key was shown to them.
  The desk says: It worked.
  The desk says: This release is over: it worked.
  The desk does not say: It can be asked for anew there
  The desk does not say: Stop this release
Dana closes case 1001 as solved
  The desk does not say: Alex Rivera
The computers are online
10 seconds pass
  Bot: has made itself a new recovery key
The audit tells: case.taken, case.vouched, case.released, proof.accepted, key.shown, case.closed
