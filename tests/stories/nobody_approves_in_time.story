Jo comes in
Jo: {first 8 of key id of LAPTOP-JO}
Jo opens the link
Jo continues
Jo proves it
Jo asks the manager
Jo: is it approved already?
  Bot: I have asked for the approval
  Bot: I have asked for the approval
20 minutes pass
Jo looks at the page again
Jo comes back
11 minutes pass
  Bot: The link has expired
Jo looks at the page again
The page says: This link no longer works
Morgan is there as well
Morgan opens the message of the phone
The page says: There is nothing to approve here
Jo: agent
  Bot: I am bringing in a colleague
There is one case, the last one for asked
