Dana installs the bot in Teams
  Bot: Hello Dana
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana takes case 1001 in the channel
Dana hears: Case 1001: Kim Novak
Dana hears: Kim Novak (1001): human
Dana comes to the desk
Dana opens a case for sam
Dana signs out at the desk
Lee comes to the desk
Lee looks at case 1002
  The desk says: Nobody has it yet.
Lee looks at case 1001
  The desk says: Dana Fischer has it.
# In Teams too whoever has a case and does nothing about it is asked.
Dana: Please try it once more
4 hours pass
Dana hears: Nothing has happened in case 1001 of Kim Novak for 4 hours.
30 minutes pass
Dana hears: Nothing happened in case 1001 of Kim Novak for hours, so it went back to the queue. Here it is over.
