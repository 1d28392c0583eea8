Alex comes in privately
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex gets to the key
6 minutes pass
Alex asks for the key for the 2nd time, and does not get it
Alex presses Finish on the page
The page says: Finished
