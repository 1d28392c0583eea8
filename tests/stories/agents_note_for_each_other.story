# Colleagues read who noted what; the person never does, and a pasted key is not kept.
Kim comes in
Kim: human
  Bot: Your case number is 1001
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now
Dana notes in case 1001: Called twice, read me {a stored key}
  Bot says nothing more
Lee comes to the desk
Lee notes in case 1001: The passport is at reception
Dana looks at case 1001
  The desk says: Called twice, read me [••••]
  The desk says: Lee Tanaka
  The desk says: The passport is at reception
# On somebody's own case they are a person like any other.
Kim joins the agents
Kim looks at case 1001
  The desk says: Kim
  The desk does not say: The passport is at reception
Kim notes in case 1001: a note
  The desk says: This is your own case
Dana closes case 1001 as solved
  Bot: Your case 1001 is closed
Lee notes in case 1001: Called back, all is well
Lee looks at case 1001
  The desk says: Called back, all is well
