# Rights are asked at every line, in both directions.
Dana installs the bot in Teams
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana takes case 1001 in the channel
Dana: Hello Kim
Kim hears: Dana Fischer: Hello Kim
Dana leaves the agents' group a minute ago
Dana: your manager asked me to look into it
Dana hears: This was not sent: “your manager asked me to look into it”
Dana hears: You are not in their group.
Kim never hears: your manager asked me to look into it
# From now on Dana is somebody like everybody.
Kim: who are you?
Dana never hears: who are you?
Dana: my laptop was stolen
Dana hears: I have blocked it at once
Kim never hears: my laptop was stolen
Dana presses desk:close:1001
  Dana alone reads there: Your own account is blocked here
There are 2 cases, the last one for lost_or_stolen, urgent
Kim hears nothing more
# Somebody who writes reads on: another agent, removed before the person wrote.
Lee installs the bot in Teams
Alex installs the bot in Teams
Alex: human
  Bot: Your case number is 1003
Lee takes case 1003 in the channel
Lee leaves the agents' group a minute ago
Alex: the room is 4711
Lee hears: You are not in their group.
Lee never hears: the room is 4711
