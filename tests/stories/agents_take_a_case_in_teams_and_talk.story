# An agent who never leaves Teams: one press in the channel, and the person is in the agent's own chat.
Dana installs the bot in Teams
  Bot: Hello Dana
Kim comes in
Kim: windows
Kim: human
  Bot: Your case number is 1001
Kim: I am in room 4
  The post of case 1001 says: Case 1001 is waiting
  The post of case 1001 has a “Take”
Dana takes case 1001 in the channel
  Dana alone reads there: You have case 1001. I have written to you in our own chat: there you talk with Kim Novak.
  The post of case 1001 says: Case 1001: Dana Fischer has it
  The post of case 1001 has no “Take” any more
Kim hears: Dana Fischer from the helpdesk has your case 1001 now
# All that was learnt, and the person's last words, each with who said it.
Dana hears: Case 1001: Kim Novak
Dana hears: Kim Novak (1001): windows
Dana hears: Kim Novak (1001): I am in room 4
Dana hears nothing more
Dana: Hello Kim, what does the screen say?
Kim hears: Dana Fischer: Hello Kim, what does the screen say?
Kim: it asks for a key
Kim: and it is blue
Dana hears: Kim Novak (1001): it asks for a key
Dana hears: Kim Novak (1001): and it is blue
Dana hears nothing more
# At the desk it is the same talk.
Dana comes to the desk
Dana looks at case 1001
  The desk says: You have it.
  The desk says: Hello Kim, what does the screen say?
Dana presses desk:close:1001
Dana hears: How did the case of Kim Novak (1001) end?
Dana presses desk:close:1001:solved
Dana hears: Case 1001 of Kim Novak is closed (Dana Fischer). Here it is over.
Kim hears: Your case 1001 is closed: I hope you are back in
  The post of case 1001 says: Case 1001 is closed
  The audit tells: case.taken, case.closed
# With no case, Dana is somebody who may be locked out.
Dana: my windows pc is locked
Dana hears: first eight characters
Kim never hears: my windows pc is locked
