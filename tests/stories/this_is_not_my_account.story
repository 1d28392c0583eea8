Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex: sorry, this is not my account
  Bot: I will not go on under this name. Start a private session
Alex opens the link
The page says: This link no longer works
Alex: windows
  Bot: I will not go on under this name
The audit tells: session.disowned
