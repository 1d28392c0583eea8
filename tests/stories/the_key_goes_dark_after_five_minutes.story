Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex gets to the key
4 minutes pass
# the same view, sent again by a nervous finger
Alex looks at the key
2 minutes pass
Alex asks for the key, and does not get it
Alex looks at the key for the 2nd time
Alex looks at the key for the 3rd time
Alex asks for the key for the 1st time, and does not get it
The phone of Alex shows 3 notices
10 minutes pass
Alex asks for the key for the 3rd time, and does not get it
  Bot: Did the key work?
