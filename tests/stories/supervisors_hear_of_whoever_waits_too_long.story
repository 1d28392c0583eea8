# Nobody takes them: whoever looks after the desk is told of all of them at once, and of each thing once.
Kim has the bot in Teams
Kim: human
  Bot: Your case number is 1001
Sam has the bot in Teams
Sam: human
  Bot: Your case number is 1002
Morgan comes to the desk
Morgan looks at the cases that wait too long
  The desk says: Cases that wait too long None.
15 minutes pass
Morgan looks at the cases that wait too long
  The desk says: Case 1001
  The desk says: the time to take it in is over
The phone of Morgan shows 0 notices
1 minute passes
The phone of Morgan shows 1 notice
The phone of Morgan says: these cases wait too long: 1001, 1002
The audit tells: supervisors.told
30 minutes pass
The phone of Morgan shows 1 notice
# What was taken is no concern, and what an agent leaves lying is one.
Dana comes to the desk
Dana takes case 1001
Morgan comes to the desk
Morgan looks at the cases that wait too long
  The desk does not say: Case 1001
  The desk says: Case 1002
10 minutes pass
5 minutes pass
Morgan comes to the desk
Morgan looks at the cases that wait too long
  The desk says: the time to take it in is over, nobody has taken it for long
  The desk says: the time to take it in is over, returned, because an agent went silent
15 minutes pass
The phone of Morgan shows 2 notices
The phone of Morgan says: these cases wait too long: 1001, 1002
Dana comes to the desk
Dana takes case 1001
Dana takes case 1002
30 minutes pass
The phone of Morgan shows 2 notices
# What was closed, opened again and put back waits like any other.
Dana comes to the desk
Dana closes case 1001 as not_solved
Dana closes case 1002 as solved
1 hour passes
Dana comes to the desk
Dana opens case 1001 again
Dana puts back case 1001
15 minutes pass
1 minute passes
The phone of Morgan shows 3 notices
The phone of Morgan says: these cases wait too long: 1001
1 hour passes
Morgan comes to the desk
Morgan looks at the cases that wait too long
  The desk says: Case 1001
  The desk says: the time to take it in is over, nobody has taken it for long
  The desk does not say: Case 1002
