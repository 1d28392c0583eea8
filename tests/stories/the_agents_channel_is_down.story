# The person has their case and is told so, whatever becomes of the post.
Kim comes in
The channel of Teams does not answer for 1 call
Kim: human
  Bot: Your case number is 1001
The agents' channel has 0 posts
2 minutes pass
The agents' channel has 1 post
The last post says: Case 1001 is waiting
