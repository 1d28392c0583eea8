Jo comes in
Jo: {first 8 of key id of LAPTOP-JO}
Jo opens the link
Jo continues
Jo proves it
The page says: Do not ask this person
Jo asks security
The page says: Security has got a message
The phone of Morgan shows 0 notices
The phone of Noor shows 1 notice
Morgan is there as well
Morgan opens the message of Noor's phone
The page says: There is nothing to approve here
Noor is there as well
Noor opens the message of the phone
Noor signs in to approve
Noor types a wrong number
The page says: Tries left: 4
Noor signs in to approve
Noor types the number
The page says: You have approved it
The audit tells: approval.objected, approval.asked, approval.failed, approval.given
Jo looks at the page again
Jo says that nobody tells them what to do
Jo looks at the key
