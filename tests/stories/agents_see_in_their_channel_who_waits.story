Kim comes in
Kim: windows
Kim: human
  Bot: Your case number is 1001
The agents' channel has 1 post
The last post says: Case 1001 is waiting
The last post says: Person: Kim Novak
The last post says: Reason: asked for a colleague
The last post says: Writes in: intranet chat
The last post says: Messages: 2
Kim: I am in room 4
The agents' channel has 1 post
The last post says: Messages: 3
# Another case is another post, and an urgent one says so.
Alex has the bot in Teams
Alex: my laptop was stolen
  Bot: I have blocked it at once
The agents' channel has 2 posts
The last post says: Case 1002 is waiting: urgent
The last post says: Writes in: Teams
