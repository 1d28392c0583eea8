# It is Saturday, and nobody is there: whoever does not want to sit before the chat says how it goes on without that.
The helpdesk opens on weekdays 08:00-17:00 in Europe/Berlin
Kim comes in
Kim: human
  Bot: It opens on Monday at 08:00 (Berlin time)
  Bot: You need not wait here. A colleague can call you back, or your case stays open as a ticket
  Bot: Your case number is 1001
Kim presses call_back
  Bot: A colleague will call you on the number that your company has of you
  Bot does not say: wait after all
# What is typed counts as what is pressed, in the other channel and the other language as well.
Sam installs the bot in Teams in German
Sam: mensch
  Bot: Sie müssen nicht hier warten.
  Bot: Ihre Fallnummer ist 1002
Sam: rufen Sie mich bitte zurück
  Bot: unter der Nummer an, die Ihre Firma von Ihnen hat
Sam presses waiting
  Bot: Gut, Sie warten hier.
2 seconds pass
Alex comes in
Alex: human
Alex presses not_waiting
  Bot: Your case 1003 stays open as a ticket
2 seconds pass
  The audit tells: case.wish
  The last note says: Case 1003 waits for somebody of the helpdesk. The person does not wait in the chat.
  The last post says: Instead of waiting: does not wait in the chat
# Agents see it where they look, and the ticket says so; what they hear is told to nobody who does not ask.
Dana comes to the desk
  The desk says: wants to be called back
  The desk says: does not wait in the chat
Dana looks at case 1001
  The desk says: Call the number that your company's directory has of them
  The desk says: 2026-11-21 09:00
Dana looks at case 1002
  The desk does not say: They do not wait
Kim: I sit in room 4
  Bot: I have added that to case 1001
Kim: how long will that take?
  Bot: Your case 1001 waits for a colleague, who will call you
  Bot: It opens on Monday at 08:00
  Bot: Then you are next.
# Nobody is asked whether they are still there, and on Monday the way back to the chat is open.
20 minutes pass
  Bot says nothing more
47 hours pass
Kim comes in
  Bot: You are back, after signing in again: your case 1001 is open
Dana comes to the desk
Dana takes case 1001
  Bot: Dana Fischer from the helpdesk has your case 1001 now and knows that you want to be called
# A call takes its time: nobody says after ten minutes that the person waits for an answer.
11 minutes pass
Dana looks at case 1001
  The desk does not say: The person has waited for your answer
Dana puts back case 1001
  Bot: Your case 1001 waits for the next colleague
  Bot does not say: You are next in the queue. The helpdesk is open now.
2 seconds pass
  The last note says: The person does not wait in the chat and wants to be called back, on the number on record.
Dana takes case 1001
61 minutes pass
Dana comes to the desk
Dana looks at case 1001
  The desk says: The person has waited for your answer for 60 minutes.
Dana takes case 1003
Dana looks at case 1003
  The desk says: They do not wait in the chat
Dana takes case 1002
Dana looks at the numbers
  The desk says: What people chose instead of waiting
