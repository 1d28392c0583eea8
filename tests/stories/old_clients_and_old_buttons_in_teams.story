Kim installs the bot in Teams in German
  Bot: Hallo Kim
Kim presses windows in an old client
  Bot: Tippen Sie die ersten acht Zeichen
Kim presses human
  Bot: Fallnummer
There is one case, the last one for asked
# The card of the greeting still stands in the chat.
Kim presses windows
  Bot: Ihr Fall
