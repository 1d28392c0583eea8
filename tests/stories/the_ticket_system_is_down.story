# The case goes on as if nothing were; the ticket is owed, seen by everybody who has to know, and written in the end.
ServiceNow does not answer
Alex comes in
Alex: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
The last post says: Case 1001: Dana Fischer has it
Dana writes in case 1001: I am looking into it
  Bot: Dana Fischer: I am looking into it
2 minutes pass
Dana looks at case 1001
  The desk says: Ticket: not yet written
5 minutes pass
5 minutes pass
5 minutes pass
5 minutes pass
5 minutes pass
5 minutes pass
5 minutes pass
1 ticket is owed
The audit tells: case.taken, ticket.not_written
Dana comes to the desk
Dana closes case 1001 as solved
The last post says: Case 1001 is closed
There is no ticket
ServiceNow answers again
15 seconds pass
There is one ticket, resolved, with 3 notes
0 tickets are owed
The audit tells: ticket.opened, ticket.written
Dana looks at case 1001
  The desk says: Ticket: INC0010001
  The desk does not say: not yet written
