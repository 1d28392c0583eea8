# From one agent to another, with words for the colleague; the person hears who has them now, and never waits in between.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Lee comes to the desk
Dana hands case 1001 to alex: knows Macs
  The desk says: Nobody of the helpdesk signs in by that name
Dana hands case 1001 to nobody.known: knows Macs
  The desk says: Nobody of the helpdesk signs in by that name
Dana hands case 1001 to dana: knows Macs
  The desk says: You have the case already
Dana hands case 1001 to lee: Kim speaks for a whole class room
  Bot: Lee Tanaka from the helpdesk goes on with your case 1001
The last post says: Case 1001: Lee Tanaka has it
Lee looks at the queue
  The desk says: Dana Fischer handed it to Lee Tanaka
Lee looks at case 1001
  The desk says: You have it: Dana Fischer handed it to you
  The desk says: Kim speaks for a whole class room
Dana writes in case 1001: one more thing
  The desk says: Lee Tanaka has this case
Kim: there are twenty of us
  Bot says nothing more
Lee writes in case 1001: I come to you
  Bot: Lee Tanaka: I come to you
# Nobody is given what is their own.
Kim joins the agents
Lee hands case 1001 to kim: yours
  The desk says: This is Kim
  The desk says: own case
Lee closes case 1001 as solved
  Bot: Your case 1001 is closed
