Alex comes in
Alex: human
  Bot: Your case number is 1001
The agents' channel has 1 post
The last post says: Case 1001 is waiting
The last post leads to /desk/cases/1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
The last post says: Case 1001: Dana Fischer has it
Alex: I am in room 4
Dana looks at case 1001
  The desk says: I am in room 4
Dana puts back case 1001
  Bot: Your case 1001 waits for the next colleague
The last post says: Case 1001 is waiting
Lee comes to the desk
Lee takes case 1001
  Bot: Lee Tanaka from the helpdesk has your case 1001 now
# A released link is taken back, and what was out opens nothing.
Lee is sure, by video, of Alex in case 1001
  Bot: I have found the key
Alex opens the link
  The page says: Continue
Lee stops the release of case 1001
  Bot: The helpdesk has taken the page for your key back
Alex looks at the page again
  The page says: no longer
Lee closes case 1001 as not_proved
The last post says: Case 1001 is closed (Lee Tanaka)
Alex: windows
  Bot: first eight characters
