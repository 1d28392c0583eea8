# Where an organisation lets pictures through they go to the agent who has the case, while they have it, and are written down nowhere.
Pictures are let through
Dana installs the bot in Teams
  Bot: Hello Dana
Kim comes in
Kim sends a photo
  Bot: I cannot read photos yet
Kim: human
  Bot: Your case number is 1001
Kim sends a photo
  Bot: Pictures and files are not passed on here
# Whoever may see one is named before it is sent, and what never to send.
Dana takes case 1001 in the channel
Kim hears: You can also send Dana Fischer a picture here (PNG or JPEG, up to 4 MB). It goes to Dana Fischer alone, for 15 minutes, and is not kept. Never send a picture of the recovery key.
Kim sends a photo and says: it looks like this
Kim hears: Dana Fischer can look at your picture now
# Teams shows that there is one, with the way to the desk; the picture never goes there.
Dana hears: Kim Novak (1001): it looks like this
Dana hears: Kim Novak (1001) sent a picture. You can look at it at the desk
Dana hears nothing more
Dana comes to the desk
Dana looks at the photo in case 1001
Dana sees it
Lee comes to the desk
Lee looks at the photo in case 1001
Lee sees nothing any more
  The desk says: Dana Fischer has this case
Lee looks at case 1001
  The desk says: (a picture, which only whoever has the case can look at)
# Put back, it is gone, also for whoever takes the case next, and for Dana when she takes it again.
Dana puts back case 1001
Lee takes case 1001
Kim hears: You can also send Lee Tanaka a picture here
Lee looks at the photo in case 1001
Lee sees nothing any more
Lee looks at case 1001
  The desk says: (a picture, no longer here)
# What is none is refused, in words.
Kim sends a picture
Kim hears: only pictures in PNG or JPEG are
Kim sends a photo
Kim hears: Lee Tanaka can look at your picture now
15 minutes pass
Lee looks at the photo in case 1001
Lee sees nothing any more
  The desk says: This picture is no longer here
  The audit tells: case.picture_added, case.picture_opened
