# While a human has the conversation the bot is silent; when they have gone it is back, and says so.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Kim: my mac says windows, start again
Dana looks at case 1001
  The desk says: my mac says windows, start again
Dana writes in case 1001: Please read the letters to me
  Bot: Dana Fischer: Please read the letters to me
Kim: it worked
  Bot says nothing more
Dana puts back case 1001
  Bot: Your case 1001 waits for the next colleague
Lee comes to the desk
Dana writes in case 1001: one more thing
  The desk says: You do not have this case. Take it first.
Lee takes case 1001
  Bot: Lee Tanaka from the helpdesk has your case 1001 now
Kim presses restart
  Bot: All right, from the beginning
Kim: windows
  Bot: first eight characters
# A human who speaks has the conversation, whatever the bot was about.
Lee writes in case 1001: I am still here
  Bot: Lee Tanaka: I am still here
Kim: mac
  Bot says nothing more
Lee closes case 1001 as solved
  Bot: Your case 1001 is closed: I hope you are back in
Kim: hello
  Bot: I am looking for the Key ID
