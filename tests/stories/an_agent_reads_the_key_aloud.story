# Alex stands before the locked computer, without phone or any other screen: an agent reads the key, and only once.
Morgan comes in
Dana comes to the desk
Dana opens a case for alex
Dana is sure, in person, of Alex in case 1001, who has no other screen
  The desk says: A second agent has to see the person too.
  The desk says: They have no phone and no other screen with them.
Dana reads the key aloud in case 1001, and gets none
Dana agrees in case 1001
  The desk says: You were the first.
Lee comes to the desk
Lee looks at case 1001
  The desk says: See the person and their document yourself
Lee agrees in case 1001
  The desk says: If nobody objects, the key can be read in 1 min.
The phone of Alex shows 1 notice
Dana reads the key aloud in case 1001, and gets none
  The desk says: The key cannot be read now
1 minute passes
# Whoever supervises reads that it was agreed, which is not that anybody saw it.
Morgan comes to the desk
Morgan looks at what agents searched for
  The desk says: Agreed to release a key of LAPTOP-ALEX in case 1001
  The desk does not say: Was shown a key
# It is the agent who has the case who reads, and there is no code beside it.
Lee looks at case 1001
  The desk says: The agent who has the case can read the key now.
Lee reads the key aloud in case 1001, and gets none
Dana makes the code of case 1001, and gets none
Dana reads the key aloud in case 1001
  The desk says: Group 1 of 8
The last key opens LAPTOP-ALEX
The phone of Alex shows 2 notices
Dana reads the key aloud in case 1001, and gets none
  The desk says: nobody sees it a second time
Dana looks at case 1001
  The desk says: The key was read to them.
Dana says in case 1001 that it worked
  The desk says: It worked.
The owed change of LAPTOP-ALEX is Ordered
The computers are online
10 seconds pass
Dana looks at case 1001
  The desk says: made itself a new key
Dana closes case 1001 as solved
The audit tells: case.vouched, case.vouched, case.released, key.read_aloud, case.read_aloud, case.reading_agreed, key.worked
Morgan looks at what agents searched for
  The desk says: Was shown a key of LAPTOP-ALEX in case 1001, to read it aloud.
  The desk says: It is read aloud: They have no phone and no other screen with them.
