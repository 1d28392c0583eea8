# What is answered to a press only the presser reads, and the post is the same for all.
Dana installs the bot in Teams
Kim comes in
Kim: human
  Bot: Your case number is 1001
Robin has the bot in Teams
Robin takes case 1001 in the channel
  Robin alone reads there: You are not in their group.
  The post of case 1001 says: Case 1001 is waiting
Robin takes case 1001 from a post that is out of date
  Robin alone reads there: You are not in their group.
Dana takes case 1001 in the channel
  Dana alone reads there: You have case 1001.
Lee installs the bot in Teams
Lee takes case 1001 from a post that is out of date
  Lee alone reads there: Dana Fischer has case 1001.
Lee takes case 4711 from a post that is out of date
  Lee alone reads there: There is no such case.
Dana presses desk:close:1001
Dana presses desk:close:1001:not_needed
Lee takes case 1001 from a post that is out of date
  Lee alone reads there: Case 1001 is closed.
Lee hears: Hello Lee
Lee hears nothing more
# Nobody helps themselves.
Lee: human
  Bot: Your case number is 1002
Lee takes case 1002 in the channel
  Lee alone reads there: This is your own case.
# Whoever has no chat of their own with the bot has the case at the desk, and reads so.
Morgan joins the agents
Morgan has the bot in Teams
Morgan takes case 1002 in the channel
  Morgan alone reads there: I cannot write to you yet, because we have no chat of our own: go on with “Open at the desk”.
  The post of case 1002 says: Case 1002: Morgan Patel has it
Lee hears: Morgan Patel from the helpdesk has your case 1002 now
Lee: hello
Morgan hears nothing more
# The same for whoever has removed the app.
Morgan comes to the desk
Morgan puts back case 1002
Dana removes the bot in Teams
Dana takes case 1002 in the channel
  Dana alone reads there: we have no chat of our own
Dana: hello again
Dana takes case 1002 from a post that is out of date
  Dana alone reads there: You have case 1002. I have written to you in our own chat
Dana hears: Case 1002: Lee Tanaka
