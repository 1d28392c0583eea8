Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex gets to the key
Alex: my key is {the key}, is that right?
  Bot: That looked like a recovery key, so I removed it
Alex presses change_key
  Bot: A colleague will have the key changed with you
There is one case, the last one for pasted_key
The audit tells: key.pasted
