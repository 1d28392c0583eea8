# Words about a sign-in that does not work end nothing: the link is good, and a human comes when asked for.
Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex: I'm not receiving the code on my phone
  Bot: Your page is ready
Alex: Ich bin nicht angemeldet
  Bot: Your page is ready
Alex looks at the page again
The page says: The number from the chat
Alex: human
  Bot: I am bringing in a colleague
  Bot: Your case number is 1001
The audit does not tell: session.disowned
Alex proves it
The page says: Is somebody telling you what to do?
