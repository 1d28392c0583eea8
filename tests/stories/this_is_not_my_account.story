Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex: sorry, this is not my account
  Bot: I will not go on under this name. Ask for a colleague here, or start a private session
Alex opens the link
The page says: This link no longer works
Alex: windows
  Bot: I will not go on under this name
The audit tells: session.disowned
# Whoever sits there still gets a human, and the human knows whom they have not before them.
Alex: human
  Bot: please say who you are
  Bot: Your case number is 1001
There is one case, the last one for disowned
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana looks at case 1001
  The desk says: says that this account is not theirs
Alex: I am Robin
Dana looks at case 1001
  The desk says: I am Robin
Dana writes in case 1001: Hello Robin
  Bot: Dana Fischer: Hello Robin
# Nothing is released there, and nothing begins anew under this name.
Dana is sure, in person, of Alex in case 1001
  Bot does not say: Here is your page
Alex presses restart
  Bot: I will not go on under this name
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I will not go on under this name
# The owner of the name comes into a chat of their own.
Alex comes in
  Bot: Hello Alex
  Bot does not say: Hello Robin
