# Morgan's laptop was stolen, so Morgan approves nothing: Jo does not wait for that, security is asked at once.
Morgan comes in
Morgan: my laptop was stolen
  Bot: I have blocked it at once
Morgan is frozen
Jo comes in
Jo: {first 8 of key id of LAPTOP-JO}
Jo opens the link
Jo continues
Jo proves it
The page says: Somebody has to approve
The page says: Ask security
Jo asks the manager
The page says: Security has got a message
Noor is there as well
Noor opens the message of the phone
The page says: Do you approve this?
Noor signs in to approve
Noor types the number
The page says: You have approved it
Jo says that nobody tells them what to do
Jo looks at the key
The last key opens LAPTOP-JO
