Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
  Bot: I have found the key
Alex opens the link
Alex continues
# signed in for the chat is not enough
The page says: Sign in once more
Alex asks for the key, and does not get it
Alex signs in once more
The page says: Is somebody telling you what to do?
Alex says that nobody tells them what to do
Alex looks at the key
The audit tells: proof.accepted, key.shown
Alex says on the page that it worked
The page says: You are back in
There is no case
