Alex comes in
Alex: {first 8 of key id of LAPTOP-ALEX}
Alex opens the link
Alex continues
Alex signs in once more as Kim
The page says: That was another account
Alex asks for the key, and does not get it
# it was one try, and the page still waits for Alex
Alex looks at the page again
The page says: Sign in once more
The audit tells: proof.failed
The audit does not tell: proof.accepted
