Kim has the bot in Teams
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana opens a case for sam
1 minute passes
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
5 minutes pass
Dana writes in case 1001: Please try it once more
  Bot: Dana Fischer: Please try it once more
12 minutes pass
Dana puts back case 1001
  Bot: Your case 1001 waits for the next colleague
  Bot: You are next in the queue.
Dana puts back case 1002
Dana looks at the queue
  The desk does not say: late
  The desk says: to be taken within 15 min
# From now on they wait for the next agent, who has as long as for a case that is new.
14 minutes pass
Dana looks at the queue
  The desk does not say: late
1 minute passes
  Bot: Your case 1001 takes longer than it should
Dana looks at the queue
  The desk says: late
# Whoever takes it and says nothing puts it back as late as it was.
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana puts back case 1001
  Bot: Your case 1001 waits for the next colleague
Dana looks at case 1001
  The desk says: late
