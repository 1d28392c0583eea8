Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex gets to the key
Alex says on the page that it did not work
  Bot: sometimes the computer still has an older key
The owed change of LAPTOP-ALEX is Held
Alex looks at the page again
The page says: an older key
Alex looks at the key for the 2nd time
  Bot: Your key is on the page now
Alex presses did_not_work
  Bot: This computer has another drive with a key of its own
Alex looks at the page again
The page says: A data drive
Alex looks at the key for the 3rd time
Alex: that did not work either
  Bot: I have no other key for this computer
  Bot: The keys that I have did not open it
There is one case, the last one for still_locked
# nothing was changed under a person who is still locked out
The computers are online
2 hours pass
The owed change of LAPTOP-ALEX is Held
The first key opens LAPTOP-ALEX
