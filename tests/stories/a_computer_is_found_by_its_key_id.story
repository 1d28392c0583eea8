# Alex rings from a meeting room; all that can be read out is the beginning of the Key ID.
Dana comes to the desk
Dana searches for {first 8 of key id of LAPTOP-ALEX}, because of somebody calling: Alex rings from room 4
  The desk says: LAPTOP-ALEX
  The desk says: Alex Rivera
  The desk does not say: Open cases of theirs
Dana opens a case for the owner of what was found
  The desk says: Case 1001
  The desk says: You have it.
Lee comes to the desk
Lee searches for {misread 8 of key id of LAPTOP-ALEX}, because of somebody standing: a laptop without a name on it
  The desk says: begins nearly like it
  The desk says: Open cases of theirs: Case 1001
# Four characters could be anybody's.
Lee searches for {first 4 of key id of LAPTOP-ALEX}, because of somebody calling: no more could be read
  The desk says: Nothing was searched for.
The vault does not answer
Lee searches for {first 8 of key id of LAPTOP-ALEX}, because of somebody calling: once more
  The desk says: Did not answer: vault
The vault answers again
# Agents do not see what their colleagues searched for; supervisors do.
Lee looks at what agents searched for
  The desk says: This page is for supervisors
Morgan comes to the desk
Morgan looks at what agents searched for
  The desk says: Alex rings from room 4
  The desk says: Somebody stands before me
  The desk says: Did not answer: vault
  The desk does not say: no more could be read
The audit tells: key_id.searched
