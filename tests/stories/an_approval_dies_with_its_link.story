Jo comes in
Jo: {first 8 of key id of LAPTOP-JO}
Jo opens the link
Jo continues
Jo proves it
Jo asks the manager
Jo presses new_link
Morgan is there as well
Morgan opens the message of the phone
The page says: There is nothing to approve here
Jo opens the link
Jo continues
Jo proves it
The page says: Ask Morgan Patel
Jo asks the manager
Jo: my laptop was stolen
Morgan opens the message of the phone
The page says: There is nothing to approve here
The audit does not tell: approval.given
