# Alex has seen the screen of somebody else. Nothing tells Alex that the ID exists; the audit does.
Sam comes in
Sam: windows {first 8 of key id of LAPTOP-ALEX}
  Bot: I have no key for this computer
Alex comes in
Alex: 00000000
  Bot: I cannot find 0000 0000 among your computers. Please compare each character with the screen
The audit tells: key_id.foreign, key_id.unknown
