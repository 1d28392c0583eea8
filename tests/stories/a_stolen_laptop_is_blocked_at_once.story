Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex says that nobody tells them what to do
Alex: help, somebody has stolen my laptop!
  Bot: I have blocked it at once
  Bot: Your case number is 1001
Alex is frozen
There is one case, the last one for lost_or_stolen, urgent
Alex asks for the key, and does not get it
Alex looks at the page again
The page says: This link no longer works
Alex presses restart
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I cannot go on by myself here
The audit does not tell: key.shown
The audit tells: self_service.frozen
