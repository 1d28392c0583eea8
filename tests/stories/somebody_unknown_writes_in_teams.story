# The gate knows the tenant, the directory does not know the person: a human, and no keys.
Nobody has the bot in Teams
Nobody: my laptop is locked {first 8 of key id of LAPTOP-ALEX}
  Bot: I cannot find you in the directory
  Bot: Your case number is
Bot does not say: I have found
There is one case, the last one for unknown_person
Nobody: start again
Nobody: windows
Bot does not say: Type its first eight
There is one case, the last one for unknown_person
The audit tells: chat.opened, chat.handed_off, case.opened
