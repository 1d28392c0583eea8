# Nobody was greeted yet: the problem is on their lips, so it is not asked for.
Alex has the bot in Teams
Alex: hi, blue screen wants {first 8 of key id of LAPTOP-ALEX}
  Bot: Hello Alex.
  Bot: I have found the key for LAPTOP-ALEX
Bot does not say: What does it look like
