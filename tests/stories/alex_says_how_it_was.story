# After a lock-out without a human, in the web chat: one tap, and nothing waits for it.
Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key
Alex gets to the key
Alex presses worked
  Bot: Good, you are in
  Bot: How was it?
Alex presses rate_good
  Bot: Thank you.
The audit tells: chat.solved, rating.given
# The words stay in the chat: no case, and not in the audit.
Alex: quick and easy, nicer than calling
  Bot: Thank you.
The audit does not hold: nicer than calling
There is no case
Alex: windows
  Bot: first eight characters
Dana comes to the desk
Dana looks at the numbers
  The desk says: without a human: good 1
