# A key could stand in a picture, and nobody can mask it there: the person is told so, and the agent sees that there was one.
Kim comes in
Kim sends a picture
  Bot: I cannot read photos yet
Kim: human
  Bot: Your case number is 1001
Kim sends a picture
  Bot: Pictures and files are not passed on here
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Kim sends a picture and says: it looks like this
  Bot: Please write what it shows, but never a key
Kim sends a picture
  Bot: Pictures and files are not passed on here
  Bot says nothing more
Dana looks at case 1001
  The desk says: it looks like this
  The desk says: (a picture or a file, not passed on)
  The desk says: Pictures and files are not passed on here
Sam installs the bot in Teams in German
Sam: mensch
  Bot: Ihre Fallnummer ist 1002
Dana takes case 1002
  Bot: Dana Fischer vom Helpdesk hat jetzt Ihren Fall 1002
Sam sends a picture
  Bot: Bilder und Dateien gehen hier nicht weiter
Dana looks at case 1002
  The desk says: (a picture or a file, not passed on)
