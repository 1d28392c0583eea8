# After a case, in Teams: the words beside the mark go to the case, masked; the audit has the mark alone.
Kim installs the bot in Teams
  Bot: Hello Kim
Kim: I need a colleague
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana closes case 1001 as not_solved
  Bot: Your case 1001 is closed
  Bot: How was it?
# Somebody who goes on is not held up, and not asked again.
Kim: windows
  Bot: first eight characters
Kim presses rate_bad
  Bot: what should have gone better
Kim: the colleague was kind but I had to type 111111-222222-333333-444444-555555-666666-777777-000000
  Bot: That looked like a recovery key
Kim: the colleague was kind but it took an hour
  Bot: Thank you.
Kim presses rate_bad in an old client
  Bot: Thank you.
The audit tells: rating.given
The audit does not hold: kind but
Dana looks at case 1001
  The desk says: What they said of how it was
  The desk says: kind but it took an hour
Dana looks at the numbers
  The desk says: with the helpdesk: not good 1
# Whoever asks for a human after that gets one, and not our thanks.
Kim: my laptop was locked again, I want to talk to a human
  Bot: Your case number is 1002
