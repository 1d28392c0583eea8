# In this organisation Dana leads Alex, and Lee reports to Sam.
Dana is the manager of Alex
Sam is the manager of Lee
Dana comes to the desk
Lee comes to the desk
Dana opens a case for alex
Dana is sure, in person, of Alex in case 1001
  The desk says: This concerns Dana Fischer
Dana puts back case 1001
Lee takes case 1001
Lee is sure, in person, of Alex in case 1001, whose phone is lost
Dana agrees in case 1001
  The desk says: This concerns Dana Fischer
Lee opens a case for sam
Lee is sure, in person, of Sam in case 1002
  The desk says: This concerns Lee Tanaka
Lee opens a case for lee
  The desk says: This is your own case.
Lee comes in
Lee: agent
  Bot: Your case number is 1003
Lee takes case 1003
  The desk says: This is your own case.
The audit tells: case.vouched
The audit does not tell: case.released
