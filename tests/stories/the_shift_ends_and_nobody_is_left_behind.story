Kim comes in
Kim: human
  Bot: Your case number is 1001
Alex comes in
Alex: human
Sam comes in
Sam: human
Dana comes to the desk
  The desk does not say: End of my shift
Dana takes case 1001
Dana takes case 1003
Lee comes to the desk
Lee takes case 1002
Dana looks at the queue
  The desk says: Cases in your hands: 2.
Dana ends the shift
  The desk does not say: End of my shift
  The desk says: Lee Tanaka has it.
Sam: thank you
  Bot: Your case 1003 waits for the next colleague
  Bot: You are number 2 in the queue.
Kim: when will somebody come?
  Bot: Your case 1001 waits for the next colleague
  Bot: You are next in the queue.
Alex: hello
Bot does not say: waits for the next colleague
