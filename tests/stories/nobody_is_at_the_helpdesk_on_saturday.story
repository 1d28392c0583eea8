# It is Saturday. Hours are told to whoever waits for a human, and to nobody else.
The helpdesk opens on weekdays 08:00-17:00 in Europe/Berlin
Kim comes in
Kim: my laptop shows a blue screen
Bot does not say: Nobody is at the helpdesk
Kim: human
  Bot: I am bringing in a colleague
  Bot: It opens on Monday at 08:00 (Berlin time), and your case waits there.
  Bot: Then you are next.
  Bot: Your case number is 1001
Kim: wow, how long will that take?
  Bot: Your case 1001 waits for a colleague.
  Bot: It opens on Monday at 08:00
  Bot: Then you are next.
Alex comes in in German
Alex: mensch
  Bot: Er öffnet am Montag um 08:00 Uhr (Ortszeit Berlin); Ihr Fall wartet dort.
  Bot: Dann sind Sie Nummer 2.
# Nothing is late while nobody is there to take it.
16 minutes pass
Dana comes to the desk
  The desk says: Case 1002
  The desk does not say: late
46 hours pass
Dana comes to the desk
  The desk says: late
