Alex comes in
The current key of LAPTOP-ALEX is damaged
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex says that nobody tells them what to do
Alex asks for the key, and does not get it
The page says: cannot be shown at the moment
  Bot: The stored key is damaged and would not work
Alex looks at the page again
The page says: an older key
The audit tells: key.damaged
The phone of Alex shows 0 notices
