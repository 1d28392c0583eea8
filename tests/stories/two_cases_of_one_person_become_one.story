# Kim has asked in the browser and then on the phone. Both are read together, and nobody else's case comes along.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Kim: room 4
  Bot: I have added that to case 1001
Kim opens Teams as well
Kim: human
  Bot: Your case number is 1002
Kim: it is the computer with the red sticker
  Bot: I have added that to case 1002
Dana comes to the desk
Dana takes case 1001
Lee comes to the desk
Lee merges case 1002 into case 1001
  The desk says: Dana Fischer has this case
Lee takes case 1002
  Bot: Lee Tanaka from the helpdesk has your case 1002 now
Dana merges case 1002 into case 1001
  The desk says: Lee Tanaka has this case
Lee notes in case 1002: asked for the serial number
Lee puts back case 1002
  Bot: Your case 1002 waits for the next colleague
Dana looks at case 1001
  The desk says: Merge case 1002 into this one
Dana merges case 1002 into case 1001
  Bot: Your cases 1002 and 1001 belong together, so they go on as case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
The last post says: Case 1002 goes on in case 1001
Dana looks at case 1001
  The desk says: it is the computer with the red sticker
  The desk says: asked for the serial number
  The desk says: Merged into case 1001 by Dana Fischer.
  The desk says: Your words go to where they last wrote: Teams.
Dana looks at the queue
  The desk says: Case 1001
  The desk does not say: Case 1002
# The agent's words go to where Kim last wrote.
Dana writes in case 1001: The red one, good
  Bot: Dana Fischer: The red one, good
Kim turns to the other chat
  Bot: Dana Fischer from the helpdesk has your case 1001 now
  Bot says nothing more
Kim: I am at the computer now
  Bot says nothing more
Dana looks at case 1001
  The desk says: I am at the computer now
  The desk says: Your words go to where they last wrote: intranet chat.
Dana writes in case 1001: What do you see?
  Bot: Dana Fischer: What do you see?
Kim turns to the other chat
  Bot says nothing more
# What is over is over in both, and asked about once.
Dana opens case 1002 again
  The desk says: This case goes on in case 1001.
Dana closes case 1001 as solved
  Bot: Your case 1001 is closed: I hope you are back in
  Bot says nothing more
Kim: hello
  Bot: Is your computer asking for a recovery key
Kim turns to the other chat
  Bot: Your case 1001 is closed: I hope you are back in
  Bot: How was it?
