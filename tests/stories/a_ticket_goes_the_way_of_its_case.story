Kim comes in
Kim: windows 4A7C2E1F
Kim: I sit in room 4
Kim: human
  Bot: Your case number is 1001
1 second passes
There is one ticket, new, with 1 note
The last ticket says: Kim Novak
The last ticket says: (case 1001)
The last ticket does not say: 4A7C
The last ticket does not say: room 4
The last ticket does not say: http
Dana comes to the desk
Dana takes case 1001
Dana puts back case 1001
1 second passes
Dana takes case 1001
1 second passes
There is one ticket, in progress, with 4 notes
Dana looks at case 1001
  The desk says: Ticket: INC0010001
Dana closes case 1001 as solved
1 second passes
There is one ticket, resolved, with 5 notes
The last note says: Case 1001 is closed. They are back in.
The audit tells: ticket.opened
The audit does not tell: ticket.not_written
