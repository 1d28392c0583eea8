Alex comes in
The vault does not answer
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: does not answer at the moment, so I cannot say yet
  Bot: Your case number is 1001
  Bot does not say: I have no key
There is one case, the last one for source_silent, with silent_sources=('vault',)
