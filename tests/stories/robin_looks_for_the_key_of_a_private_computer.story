Robin comes in
Robin: it is my own private computer
  Bot: For a private computer nobody but you has the key
  Bot: 1. The Microsoft account
Robin presses not_there
  Bot: 2. Another Microsoft account
Robin: no
  Bot: 3. A school or work account
Robin presses not_there
  Bot: 4. A USB stick
Robin presses not_there
  Bot: 5. On paper
Robin presses not_there
  Bot: 6. In a file
Robin presses not_there
  Bot: I must be honest
Robin presses human
  Bot: I am bringing in a colleague
There is one case, the last one for asked
