# Nobody can sign in: a caller, two agents, notices, a wait, and a code that is typed on any phone.
Dana comes to the desk
Dana opens a case for alex
  The desk says: Case 1001
Dana is sure, in person, of Alex in case 1001, whose phone is lost
  The desk says: A second agent has to see the person too.
Dana agrees in case 1001
  The desk says: You were the first.
Dana makes the code of case 1001, and gets none
Lee comes to the desk
Lee looks at case 1001
  The desk says: See the person and their document yourself
Lee agrees in case 1001
  The desk says: If nobody objects, the code can be made
The audit tells: case.released
Dana makes the code of case 1001, and gets none
1 minute passes
Lee makes the code of case 1001
Alex types a wrong code on a phone
  The page says: This does not work.
Alex types the code on a phone
  The page says: telling you what to do
  The page says: We do not mean the colleague from the helpdesk
Alex says that nobody tells them what to do
Alex looks at the key
The last key opens LAPTOP-ALEX
The phone of Alex shows 2 notices
Alex asks for the key for the 2nd time, and does not get it
Dana makes the code of case 1001, and gets none
Alex says on the page that it worked
Dana looks at case 1001
  The desk says: The key was shown to them.
  The desk says: It worked.
The owed change of LAPTOP-ALEX is Ordered
The computers are online
10 seconds pass
Dana looks at case 1001
  The desk says: made itself a new key
Kim types the code on another phone
  The page says: This does not work.
Dana closes case 1001 as solved
  The desk says: Nobody is waiting.
