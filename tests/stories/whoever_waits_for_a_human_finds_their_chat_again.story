# Nobody who waits for a human loses their place by being signed out, or by going on from another phone.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
31 minutes pass
Kim comes in
  Bot: Your case number is 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
  Bot: You are back, after signing in again: your case 1001 is open
Kim: I am back
Dana comes to the desk
Dana looks at case 1001
  The desk says: I am back
Dana writes in case 1001: Welcome back
  Bot: Dana Fischer: Welcome back
# Somebody else, who found the browser open, says so: that chat is nobody's any more.
Kim presses not_me
Dana looks at case 1001
  The desk says: Whoever sat there said that this is not their session.
Dana writes in case 1001: Kim?
  The desk says: reach the person another way
Kim comes in
  Bot: Hello Kim
  Bot does not say: Welcome back
# What is closed is over.
Kim: human
  Bot: Your case number is 1002
Dana takes case 1002
Dana closes case 1002 as solved
Kim comes in
  Bot: Hello Kim
