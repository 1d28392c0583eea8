# Both write in Teams, each in their own chat with the bot; a recovery key goes no further than the door.
Dana installs the bot in Teams in German
Kim installs the bot in Teams
Kim: windows 4A7C2E1F
Kim: human
  Bot: Your case number is 1001
Dana takes case 1001 in the channel
  Dana alone reads there: Sie haben Fall 1001. Ich habe Ihnen in unserem eigenen Chat geschrieben: dort sprechen Sie mit Kim Novak.
Dana hears: Fall 1001: Kim Novak
Dana hears: Kim Novak (1001): windows 4A7C2E1F
Kim: is it {a stored key}?
Kim hears: That looked like a recovery key, so I removed it
Dana hears: Kim Novak (1001): is it
Dana: Is it {a stored key}?
Dana hears: In Ihrer Nachricht stand ein Wiederherstellungsschlüssel.
Kim hears: Dana Fischer: Is it
Dana sends a picture in Teams
Dana hears: Bilder werden nicht weitergegeben.
Dana presses desk:back:1001
Dana hears: Fall 1001 von Kim Novak ist wieder in der Warteschlange.
Kim hears: Your case 1001 waits for the next colleague
