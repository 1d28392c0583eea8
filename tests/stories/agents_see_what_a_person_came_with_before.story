# What is known of somebody need not be asked again, also when they were here before.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana looks at case 1001
  The desk says: Their other cases None in the last six months.
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana closes case 1001 as not_needed
  Bot: Your case 1001 is closed
Dana opens a case for kim
  The desk says: Case 1001
  The desk says: Closed by Dana Fischer: It was no longer needed.
Dana opens a case for alex
  The desk says: Their other cases None in the last six months.
Dana is sure, in person, of Alex in case 1003
Lee comes to the desk
Lee opens a case for alex
  The desk says: Case 1003
  The desk says: Dana Fischer has it.
# Nobody reads here what was found out about themselves.
Kim joins the agents
Kim looks at case 1002
  The desk does not say: Their other cases
