# What was closed too soon is open again; whoever is in the middle of something with the bot is not disturbed.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana closes case 1001 as solved
  Bot: Your case 1001 is closed
1 minute passes
Kim: I have nobody to tell this but you
1 minute passes
Lee comes to the desk
Lee looks at the queue
  The desk does not say: Case 1001
Lee opens case 1001 again
  Bot: Lee Tanaka from the helpdesk has opened your case 1001 again
The last post says: Case 1001: Lee Tanaka has it
Lee looks at the queue
  The desk says: Case 1001
Kim: it asks for the key once more
  Bot says nothing more
Lee looks at case 1001
  The desk says: it asks for the key once more
# What was said to the bot meanwhile stays between the two.
  The desk does not say: nobody to tell this but you
Dana opens case 1001 again
  The desk says: Lee Tanaka has this case
Lee closes case 1001 as not_needed
  Bot: Your case 1001 is closed
Kim: windows
  Bot: first eight characters
Lee opens case 1001 again
  Bot says nothing more
Lee writes in case 1001: Shall I come?
  Bot: Lee Tanaka: Shall I come?
# Nobody opens their own.
Lee closes case 1001 as solved
  Bot: Your case 1001 is closed
Kim joins the agents
Kim opens case 1001 again
  The desk says: This is your own case
