Kim has the bot in Teams
Kim: human
  Bot: Your case number is 1001
# Nobody takes it: it is late, and agents see so.
14 minutes pass
The last post says: Case 1001 is waiting
Dana comes to the desk
  The desk does not say: late
  The desk says: to be taken within 1 min
1 minute passes
  Bot: Your case 1001 takes longer than it should: nobody of the helpdesk has it yet.
The last post says: Case 1001 is waiting: late
Dana looks at the queue
  The desk says: late
  The desk does not say: to be taken within
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
9 minutes pass
The last post says: Case 1001: Dana Fischer has it
1 minute passes
The last post says: Case 1001: the person waits for an answer of Dana Fischer
Dana looks at case 1001
  The desk says: The person has waited for your answer for 10 minutes.
# Whoever says that they are on it has as long again.
Dana goes on with case 1001
  The desk does not say: The person has waited
9 minutes pass
Kim: hello?
1 minute passes
Lee comes to the desk
  The desk says: The person waits for an answer of Dana Fischer.
4 minutes pass
Dana looks at case 1001
  The desk says: You have it.
1 minute passes
  Bot: Dana Fischer could not go on with your case 1001. You are in the queue again
  Bot: You are next in the queue.
The last post says: Case 1001 is waiting: late
The audit tells: case.returned
Lee takes case 1001
  Bot: Lee Tanaka from the helpdesk has your case 1001 now
# Whoever has answered owes nothing until the person writes again.
Lee writes in case 1001: I am here
  Bot: Lee Tanaka: I am here
20 minutes pass
Lee comes to the desk
The last post says: Case 1001: Lee Tanaka has it
Kim: it is still blue
10 minutes pass
The last post says: Case 1001: the person waits for an answer of Lee Tanaka
Lee writes in case 1001: I have an idea
The last post says: Case 1001: Lee Tanaka has it
  Bot: Lee Tanaka: I have an idea
Lee comes to the desk
Lee closes case 1001 as solved
30 minutes pass
  Bot: I hope you are back in
  Bot: How was
  Bot says nothing more
