Jo comes in
Jo: {first 8 of key id of LAPTOP-JO}
Jo opens the link
Jo continues
Jo proves it
Jo asks the manager
20 minutes pass
# the manager does not answer: the other way is still open, with another number
Jo asks security
Morgan is there as well
Morgan opens the message of the phone
The page says: There is nothing to approve here
Noor is there as well
Noor opens the message of the phone
Noor signs in to approve
29 minutes pass
Noor opens the message of the phone
Noor signs in to approve
Noor types the number
The page says: You have approved it
Jo looks at the page again
The page says: Is somebody telling you what to do?
The page says: We do not mean that you called for the approval
