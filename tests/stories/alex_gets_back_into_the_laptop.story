Alex comes in
  Bot: Hello Alex
Alex: hi, my laptop wants a bitlocker key, it says {first 8 of key id of LAPTOP-ALEX}
  Bot: I am looking for the key
  Bot: I have found the key for LAPTOP-ALEX. I never show keys in a chat.
Alex opens the link
The page says: Did somebody else send you this link?
Alex continues
The page says: The number from the chat
Alex proves it
The page says: Is somebody telling you what to do?
Alex says that nobody tells them what to do
The page says: Compare the Key ID
Alex looks at the key
  Bot: Your key is on the page now
The last key opens LAPTOP-ALEX
The phone of Alex shows 1 notice
The owed change of LAPTOP-ALEX is Due
Alex says on the page that it worked
The page says: You are back in
  Bot: Good, you are in
  Bot: It often helps
The computers are online
10 seconds pass
  Bot: LAPTOP-ALEX has made itself a new recovery key
The owed change of LAPTOP-ALEX is NothingOwed
# and the key that was seen opens nothing any more
LAPTOP-ALEX is locked again
The first key does not open LAPTOP-ALEX
There is no case
The audit tells: chat.opened, key.found, link.given, link.opened, proof.accepted, key.shown, key.worked, key_change.owed, key_change.ordered, key_change.confirmed
