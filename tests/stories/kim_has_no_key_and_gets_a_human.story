Kim comes in
Kim: my laptop shows a blue screen with {first 8 of key id of LAPTOP-KIM} and I am late
  Bot: I have no key for this computer. A colleague
  Bot: Your case number is 1001
There is one case, the last one for no_key, with and I am late
Kim: the meeting is at ten
  Bot: I have added that to case 1001
  Bot: You are next in the queue.
Kim: room 4
  Bot says nothing more
There is one case, the last one for no_key, with room 4
Kim presses restart
  Bot: All right, from the beginning
