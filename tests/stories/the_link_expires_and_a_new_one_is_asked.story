Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
6 minutes pass
  Bot: The link has expired
Alex looks at the page again
The page says: This link no longer works
Alex: new link please
  Bot: I have found the key for LAPTOP-ALEX
Alex gets to the key
The last key opens LAPTOP-ALEX
