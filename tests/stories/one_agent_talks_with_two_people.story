# An agent holds as many as they can, in any channel; nobody reads what was said to somebody else.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Alex installs the bot in Teams
Alex: human
  Bot: Your case number is 1002
Dana comes to the desk
Dana takes case 1001
Dana takes case 1002
Dana writes in case 1002: Hello Alex
  Bot: Dana Fischer: Hello Alex
Alex: I am in the lobby
Dana writes in case 1001: Hello Kim
Kim presses human
  Bot: Dana Fischer from the helpdesk has your case 1001 now
  Bot: Dana Fischer: Hello Kim
Bot does not say: Hello Alex
Kim: I am in the canteen
Dana looks at case 1001
  The desk says: I am in the canteen
  The desk does not say: lobby
Dana looks at case 1002
  The desk says: I am in the lobby
  The desk does not say: canteen
Dana closes case 1002 as solved
Kim: are you still there?
Dana looks at case 1001
  The desk says: You have it.
  The desk says: are you still there?
