Jo comes in
Jo: {first 8 of key id of LAPTOP-JO}
Jo opens the link
Jo continues
Jo proves it
Jo asks the manager
Morgan is there as well
Morgan opens the message of the phone
Morgan does not approve
The page says: Thank you. It is stopped
There is one case, the last one for denied, urgent
The audit tells: approval.denied
The audit does not tell: approval.given
Jo looks at the page again
The page says: This link no longer works
Jo asks for the key, and does not get it
  Bot: This was not approved, so no key is shown.
# whoever was told no gets no other link by themselves, whatever else they could prove
Jo presses restart
Jo: {first 8 of key id of LAPTOP-JO}
  Bot: This was not approved, so no key is shown.
There are 2 cases, the last one for denied, urgent
