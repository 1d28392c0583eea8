Kim comes in
Kim: human
  Bot: You are next in the queue.
  Bot: Your case number is 1001
Alex comes in
Alex: human
  Bot: You are number 2 in the queue.
# Whoever was robbed is seen to first, and nobody is told otherwise.
Sam has the bot in Teams
Sam: my laptop was stolen
  Bot: You are next in the queue.
Kim: I am in room 4
  Bot: I have added that to case 1001
  Bot: You are number 2 in the queue.
Kim: and the meeting is at ten
  Bot says nothing more
Kim: how long does it take?
  Bot: Your case 1001 waits for a colleague.
  Bot: You are number 2 in the queue.
# Those whom an agent has stand in no queue.
Dana comes to the desk
Dana takes case 1003
Kim: wie lange noch?
  Bot: You are next in the queue.
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Kim: how long?
  Bot says nothing more
Alex: how long?
  Bot: You are next in the queue.
Kim: thanks
Dana puts back case 1001
  Bot: Your case 1001 waits for the next colleague
  Bot: You are next in the queue.
Alex: when will somebody come?
  Bot: You are number 2 in the queue.
