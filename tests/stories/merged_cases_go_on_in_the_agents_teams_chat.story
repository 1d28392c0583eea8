# Kim has two cases, from the web chat and from Teams. Merged, both chats come to the agent, each line once and in its order.
Dana installs the bot in Teams
Dana comes to the desk
Kim installs the bot in Teams
Kim: human
  Bot: Your case number is 1001
Dana takes case 1001 in the channel
Kim: from my phone
Dana hears: Kim Novak (1001): from my phone
Kim comes in
Kim: human
  Bot: Your case number is 1002
Kim: from the colleague's computer
Dana takes case 1002 in the channel
Dana merges case 1002 into case 1001
Dana hears: Case 1002 of Kim Novak goes on in case 1001. Here it is over.
Dana hears: Kim Novak (1001): from the colleague's computer
Kim: and here is more
Dana hears: Kim Novak (1001): and here is more
Dana hears nothing more
Dana: Thank you
Kim hears: Dana Fischer: Thank you
