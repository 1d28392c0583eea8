# At the desk, by the clock or with the shift: the agent's chat hears of it, and what is typed then goes to nobody else.
Dana installs the bot in Teams
Dana comes to the desk
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana takes case 1001 in the channel
Dana puts back case 1001
Dana hears: Case 1001 of Kim Novak is back in the queue. Here it is over.
Kim: hello?
Dana never hears: hello?
Dana: windows
Dana hears: first eight characters
Kim never hears: windows
# An agent who goes silent is reminded where they are, and then the case goes back.
Dana takes case 1001 in the channel
Dana hears: Kim Novak (1001): hello?
10 minutes pass
Dana hears: Kim Novak (1001) has waited 10 minutes for your answer.
Dana presses desk:keep:1001
10 minutes pass
Dana hears: Kim Novak (1001) has waited 10 minutes for your answer.
5 minutes pass
Dana hears: Nobody answered Kim Novak, so case 1001 went back to the queue. Here it is over.
Kim hears: could not go on with your case 1001
# It is handed to a colleague, who works in Teams as well.
Dana takes case 1001 in the channel
Lee installs the bot in Teams
Alex comes in
Alex: human
  Bot: Your case number is 1002
Lee takes case 1002 in the channel
Dana hands case 1001 to lee: speaks Japanese
Dana hears: Lee Tanaka has case 1001 of Kim Novak now. Here it is over.
Lee hears: Dana Fischer has handed case 1001 to you.
Lee hears: Case 1001: Kim Novak
Lee presses desk:talk:1001
Lee: Hello Kim
Kim hears: Lee Tanaka: Hello Kim
# The shift ends at the desk.
Lee comes to the desk
Lee ends the shift
Lee hears: Case 1001 of Kim Novak is back in the queue.
Lee hears: Case 1002 of Alex Rivera is back in the queue.
Lee: mac
Kim never hears: mac
Alex never hears: mac
# Closed by somebody else, after it was opened again.
Dana takes case 1001 in the channel
Dana closes case 1001 as solved
Dana hears: Case 1001 of Kim Novak is closed (Dana Fischer). Here it is over.
# Opened again, it brings nothing along of what was said to the bot in between.
Kim comes back
1 second passes
Kim: between you and me
1 second passes
Dana opens case 1001 again
Dana puts back case 1001
Dana takes case 1001 in the channel
Dana hears: Case 1001: Kim Novak
Dana never hears: between you and me
