Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex gets to the key
The phone of Alex shows 1 notice
Alex objects: this was not me
The page says: It is blocked
Alex is frozen
There is one case, the last one for not_me, urgent
Alex asks for the key for the 2nd time, and does not get it
Alex asks for the key, and does not get it
