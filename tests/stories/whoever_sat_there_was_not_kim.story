# The agent in Teams hears at once that the person is not there any more, and nobody reads what is written to them.
Dana installs the bot in Teams
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana takes case 1001 in the channel
Dana: Hello Kim
Kim hears: Dana Fischer: Hello Kim
Kim presses not_me
Dana hears: Whoever sat there said that they are not Kim Novak (1001).
Dana: your room number is 4711
Dana hears: This was not sent: “your room number is 4711”
Kim never hears: 4711
