Kim has the bot in Teams
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana writes in case 1001: Please try it once more
  Bot: Dana Fischer: Please try it once more
# A caller's case as well: nobody waits in a chat there.
Dana opens a case for sam
239 minutes pass
Dana comes to the desk
Dana looks at the queue
  The desk does not say: Nothing has happened
1 minute passes
Dana looks at the queue
  The desk says: Nothing has happened in it for hours.
Dana looks at case 1001
  The desk says: Nothing has happened in this case for 4 hours.
# Whoever is on it still says so, and has as long again.
Dana goes on with case 1002
  The desk does not say: Nothing has happened
30 minutes pass
  Bot: Dana Fischer could not go on with your case 1001. You are in the queue again
  Bot: You are next in the queue.
The audit tells: case.returned
Dana comes to the desk
  The desk says: Nobody has it yet.
Dana looks at case 1002
  The desk says: You have it.
Lee comes to the desk
Lee takes case 1001
  Bot: Lee Tanaka from the helpdesk has your case 1001 now
215 minutes pass
30 minutes pass
Lee comes to the desk
Lee looks at case 1002
  The desk says: Nobody has it yet.
