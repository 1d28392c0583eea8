# A code that was made, and a page that is open, end when one of the agents is blocked: their account was in other hands.
Dana comes to the desk
Lee comes to the desk
Dana opens a case for alex
Dana is sure, in person, of Alex in case 1001, whose phone is lost
Lee agrees in case 1001
1 minute passes
Dana makes the code of case 1001
Lee has the bot in Teams
Lee: my laptop was stolen
Lee is frozen
Alex types the code on a phone
  The page says: This does not work.
Dana looks at case 1001
  The desk says: An agent who was sure is blocked themselves
Dana makes the code of case 1001, and gets none
The audit tells: case.code_given, self_service.frozen, case.release_voided
# The same where the person proves something themselves: the page that had opened shows nothing.
Sam comes in
Sam: human
  Bot: Your case number is 1003
Dana takes case 1003
Dana is sure, by video, of Sam in case 1003
  Bot: I have found the key
Sam opens the link
Sam continues
Sam proves it
Sam says that nobody tells them what to do
Dana has the bot in Teams
Dana: my laptop was stolen
Sam: shall I look now?
Sam asks for the key, and does not get it
The audit does not tell: key.shown
