# Somebody fears that their account is open elsewhere. The page of a key must not outlive that.
Alex has the bot in Teams
Alex: my laptop wants a bitlocker key {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex proves it
Alex says that nobody tells them what to do
Alex looks at the key
Alex signs out everywhere from another computer
  Bot: You signed out everywhere, so the page for your key is closed as well
The audit tells: session.ended_everywhere, link.ended
Alex looks at the page again
The page says: This link no longer works
Alex asks for the key for the 2nd time, and does not get it
# whoever still needs the key proves it anew
Alex presses new_link
  Bot: I have found the key for LAPTOP-ALEX
Alex gets to the key
# and a link that nobody has opened yet ends as well
Alex presses new_link
  Bot: I have found the key for LAPTOP-ALEX
Alex opens the link
Alex signs out everywhere from another computer
  Bot: You signed out everywhere
Alex looks at the page again
The page says: This link no longer works
There is no case
