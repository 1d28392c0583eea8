Alex comes in
Alex: I want to talk to a human
  Bot: I am bringing in a colleague
  Bot: Your case number is 1001
Alex: start again
  Bot: All right, from the beginning
Alex: windows
Alex: agent
  Bot: Your case number is 1002
Alex presses restart
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex presses human
  Bot: Your case number is 1003
There are 3 cases, the last one for asked, with LAPTOP-ALEX
