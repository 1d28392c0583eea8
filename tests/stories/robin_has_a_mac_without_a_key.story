Robin comes in
Robin presses mac
  Bot: No recovery key of a Mac of yours is stored with us
  Bot: I have no key for this computer
There is one case, the last one for no_key
