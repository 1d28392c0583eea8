# Asking again at once would only lock the account: once an hour, until an administrator has mended it.
ServiceNow refuses our account
Kim comes in
Kim: human
  Bot: Your case number is 1001
2 seconds pass
1 ticket is owed
Dana comes to the desk
Dana looks at case 1001
  The desk says: Ticket: not yet written
ServiceNow answers again
10 minutes pass
There is no ticket
51 minutes pass
There is one ticket, new, with 1 note
0 tickets are owed
Dana comes to the desk
Dana looks at case 1001
  The desk says: Ticket: INC0010001
