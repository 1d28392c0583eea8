# One at a time has the floor; the others are announced, and nobody reads what was written to somebody else.
Dana installs the bot in Teams
Kim comes in
Kim: human
  Bot: Your case number is 1001
Alex installs the bot in Teams
Alex: human
  Bot: Your case number is 1002
Dana takes case 1001 in the channel
Dana takes case 1002 in the channel
Dana hears: Case 1001: Kim Novak
Dana hears: Case 1002: Alex Rivera
Alex: I am in the lobby
Dana hears: Alex Rivera (1002) wrote.
Alex: is anybody there?
Dana hears nothing more
Dana never hears: lobby
Dana: Hello Kim
Kim hears: Dana Fischer: Hello Kim
Kim: hello
Dana hears: Kim Novak (1001): hello
Dana presses desk:talk:1002
Dana hears: You are talking with Alex Rivera (1002)
Dana hears: Alex Rivera (1002): I am in the lobby
Dana hears: Alex Rivera (1002): is anybody there?
Dana hears nothing more
Dana: Stay there, please
Alex hears: Dana Fischer: Stay there, please
Kim: I have it
Dana hears: Kim Novak (1001) wrote.
Dana never hears: I have it
Kim never hears: Stay there, please
# An agent can be locked out, too.
Dana presses desk:pause
Dana hears: What you write here now is for me again
Dana: windows
Dana hears: first eight characters
Alex never hears: windows
Dana presses desk:talk:1001
Dana hears: Kim Novak (1001): I have it
# The next person comes when Dana asks, and whoever has the floor keeps it.
Sam comes in
Sam: human
  Bot: Your case number is 1003
Dana presses desk:next
Dana hears: Case 1003: Sam Okafor
Dana: Good, then I close it
Kim hears: Dana Fischer: Good, then I close it
Dana presses desk:close:1001
Dana presses desk:close:1001:solved
Dana hears: Case 1001 of Kim Novak is closed (Dana Fischer)
Dana presses desk:next
Dana hears: Nobody is waiting that you could take.
Dana presses desk:talk:1003
Dana: Hello Sam
Sam hears: Dana Fischer: Hello Sam
