Jo comes in
Jo: {first 8 of key id of LAPTOP-JO}
Jo opens the link
Jo continues
Jo proves it
The page says: Somebody has to approve
The page says: Ask Morgan Patel
Jo asks for the key, and does not get it
Jo asks the manager
The page says: Call them. Read them this number.
  Bot: I have asked for the approval
The phone of Morgan shows 1 notice
# a manager may take their time: nobody closes the conversation meanwhile
28 minutes pass
  Bot says nothing more
Jo asks for the key, and does not get it
Morgan is there as well
Morgan opens the message of the phone
The page says: Do you approve this?
The page says: LAPTOP-JO
Morgan signs in to approve
Morgan types the number
The page says: You have approved it
The audit tells: approval.asked, approval.addressed, approval.given, proof.accepted
The audit does not tell: approval.objected
# the message shows its reader what they answered, and asks nothing any more
Morgan opens the message of the phone
The page says: You have approved it
Jo looks at the page again
The page says: Is somebody telling you what to do?
The page says: We do not mean that you called for the approval
Jo says that nobody tells them what to do
Jo looks at the key
The last key opens LAPTOP-JO
There is no case
