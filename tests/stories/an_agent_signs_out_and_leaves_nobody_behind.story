Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
  The desk says: Sign out
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana opens a case for sam
Lee comes to the desk
Lee opens a case for robin
Dana signs out at the desk
  Bot: Your case 1001 waits for the next colleague
Lee looks at the queue
  The desk does not say: Dana Fischer has it.
  The desk says: Lee Tanaka has it.
Lee looks at case 1002
  The desk says: Nobody has it yet.
