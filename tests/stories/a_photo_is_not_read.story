Alex comes in
Alex: can you help me with something else
  Bot: I help when a computer asks for a recovery key
