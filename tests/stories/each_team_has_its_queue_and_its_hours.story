# Two teams with hours of their own: whoever waits is told those of the team that sees to them, and stands in its queue alone.
The helpdesk has the teams Front desk (weekdays 08:00-17:00 in Europe/Berlin) and Mac helpdesk (weekdays 09:00-15:00 in America/New_York, for mac)
Lee is of the team Mac helpdesk
Kim comes in
Kim: my laptop shows a blue screen, human please
  Bot: The team Front desk sees to your case.
  Bot: It opens on Monday at 08:00 (Berlin time)
  Bot: Then you are next.
  Bot: Your case number is 1001
Sam has the bot in Teams
Sam: my mac is locked
Sam: human
  Bot: The team Mac helpdesk sees to your case.
  Bot: It opens on Monday at 09:00 (New York time)
  Bot: Then you are next.
  Bot: Your case number is 1002
The last post says: Team: Mac helpdesk
# Lee's own team comes first, and Dana, who is of none, sees them in their order.
Lee comes to the desk
  The desk says: Mac helpdesk (yours)
  The desk shows case 1002 before case 1001
Dana comes to the desk
  The desk shows case 1001 before case 1002
Dana looks at the queue of Mac helpdesk
  The desk says: Case 1002
  The desk does not say: Case 1001
# To another team, with words for it. Both agents may take from every queue.
Dana takes case 1001
Kim: how long?
  Bot: Dana Fischer from the helpdesk has your case 1001 now
  Bot says nothing more
Dana hands case 1001 to the team Nobody: it is a Mac after all
  The desk says: There is no other team of that name
Dana hands case 1001 to the team Front desk: it is a Mac after all
  The desk says: There is no other team of that name
1 second passes
The last note says: Somebody of the helpdesk has case 1001. Team: Front desk.
Dana hands case 1001 to the team Mac helpdesk: it is a Mac after all
  Bot: Your case 1001 goes on with the team Mac helpdesk and waits there for a colleague.
  Bot: It opens on Monday at 09:00 (New York time)
  Bot: Then you are next.
1 second passes
The last note says: Case 1001 waits for somebody of the helpdesk. Team: Mac helpdesk.
Sam: how long?
  Bot: Then you are number 2.
Alex comes in
Alex: human
  Bot: The team Front desk sees to your case.
  Bot: Then you are next.
Lee looks at case 1001
  The desk says: it is a Mac after all
  The desk says: Mac helpdesk
Lee takes case 1001
Lee puts back case 1001
The audit tells: case.to_team
# 1003 is late when its own team has been there for a quarter of an hour; the others are not: at nine in Berlin it is three in New York.
47 hours pass
Lee comes to the desk
Lee looks at the queue of Front desk
  The desk says: late
Lee looks at the queue of Mac helpdesk
  The desk does not say: late
7 hours pass
Lee comes to the desk
Lee looks at the queue of Mac helpdesk
  The desk says: late
