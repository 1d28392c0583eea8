Alex comes in
Alex: windows
  Bot: Type its first eight characters
Alex: 00000000
  Bot: I cannot find 0000 0000 among your computers
Alex: where do I see the key id?
  Bot: stands on the blue screen
Alex: 0000 0001
  Bot: I cannot find 0000 0001 among your computers
Alex: 00000002
  Bot: I cannot find this Key ID
  Bot: Your case number is 1001
There is one case, the last one for no_match, with 00000002
The audit tells: key_id.unknown, chat.handed_off, case.opened
The audit does not tell: key_id.foreign
