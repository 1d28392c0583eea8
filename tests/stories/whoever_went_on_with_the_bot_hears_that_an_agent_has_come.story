Alex comes in
Alex: human
  Bot: Your case number is 1001
# Waiting, Alex tries once more with the bot, and then somebody of the helpdesk comes.
Alex: start again
  Bot: All right, from the beginning.
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Alex: are you there?
  Bot says nothing more
Dana looks at case 1001
  The desk says: are you there?
Dana writes in case 1001: Yes, I am here
  Bot: Dana Fischer: Yes, I am here
Dana puts back case 1001
  Bot: Your case 1001 waits for the next colleague
