# Two agents were fooled: the owner reads the notice within the wait, and nothing is released.
Alex comes in
Dana comes to the desk
Lee comes to the desk
Dana opens a case for alex
Dana is sure, by video, of Alex in case 1001, whose phone is lost
Lee agrees in case 1001
The phone of Alex shows 1 notice
Alex objects: this was not me
1 minute passes
Dana makes the code of case 1001, and gets none
There are 2 cases, the last one for not_me, urgent
Dana looks at case 1001
  The desk says: the owner says: that was not me
  The desk says: what was released before is void
# Neither of the two lifts the block, in whichever case.
Dana thaws the person in case 1001
  The desk says: You vouched for them before the block.
Lee takes case 1002
Lee thaws LAPTOP-ALEX in case 1002
  The desk says: You vouched for them before the block.
Lee puts back case 1002
Alex is frozen
# Another agent does, and every address hears of it. The words from before count no more.
Jo joins the agents
Jo takes case 1002
Jo thaws the person in case 1002
Jo thaws LAPTOP-ALEX in case 1002
Alex is not frozen
The phone of Alex shows 3 notices
Dana makes the code of case 1001, and gets none
# It begins anew: two words, a notice, the wait. A freeze after the code was made stops it as well.
Dana is sure, by video, of Alex in case 1001, whose phone is lost
Dana makes the code of case 1001, and gets none
Lee agrees in case 1001
The phone of Alex shows 4 notices
Dana makes the code of case 1001, and gets none
1 minute passes
Dana makes the code of case 1001
Alex objects again
Alex types the code on a phone
  The page says: This does not work.
The audit tells: self_service.frozen, case.release_voided, self_service.thawed, case.code_given, self_service.frozen, case.release_voided
The audit does not tell: key.shown
