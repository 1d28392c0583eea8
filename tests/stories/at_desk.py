"""What agents do in a story, and what somebody does who has a code of theirs.

Dana comes to the desk                     signs in and looks at the queue
Dana takes case 1001                       …puts back, closes … as solved, opens a case for alex
Dana writes in case 1001: …
Dana searches for {first 8 of key id of LAPTOP-ALEX}, because of somebody calling: …
Dana opens a case for the owner of what was found
Morgan looks at what agents searched for
Dana notes in case 1001: …
Dana hands case 1001 to lee: …
Dana hands case 1001 to the team Mac helpdesk: …
Dana looks at the queue of Mac helpdesk
Dana opens case 1001 again
Dana signs out at the desk
Dana merges case 1002 into case 1001
Dana is sure, in person, of Alex in case 1001        …, whose phone is lost
Lee agrees in case 1001
Dana makes the code of case 1001
Dana is sure, in person, of Alex in case 1001, who has no other screen
Dana reads the key aloud in case 1001
Alex types the code on a phone
Dana removes the app in case 1001, of Alex       the authenticator app of a phone that is lost
Dana looks at the photo in case 1001       the first that the page leads to, or the one of before
  Dana sees it                             … sees nothing any more
  The desk says: …                         the last page of whoever was last at the desk
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.app.visitor import number_of
from tests.desk.agent import AtDesk, at_desk, found_on
from tests.domain.images import png
from tests.stories.phrases import PHRASES, phrase

if TYPE_CHECKING:
    from tests.stories.teller import Telling


PHOTO = re.compile(r'src="(\d+/pictures/[^"]+)"')


def agent(telling: "Telling", name: str) -> AtDesk:
    telling.at_desk = name
    return telling.agents[name]


@phrase(r"(\w+) comes to the desk")
async def comes(telling: "Telling", match: re.Match[str]) -> None:
    telling.agents[match[1]] = await at_desk(telling.living, match[1].lower())
    telling.at_desk = match[1]


@phrase(r"(\w+) looks at (the queue|the numbers|case (\d+))")
async def looks(telling: "Telling", match: re.Match[str]) -> None:
    path = f"/desk/cases/{match[3]}" if match[3] else {"the queue": "/desk", "the numbers": "/desk/numbers"}[match[2]]
    await agent(telling, match[1]).look(path)


@phrase(r"Pictures are let through")
async def pictures_are_let_through(_telling: "Telling", _match: re.Match[str]) -> None:
    """The house was built so."""


@phrase(r"(\w+) looks at the photo in case (\d+)")
async def looks_at_the_photo(telling: "Telling", match: re.Match[str]) -> None:
    here = agent(telling, match[1])
    await here.look(f"/desk/cases/{match[2]}")
    if found := PHOTO.search(here.page):
        telling.photo = f"/desk/cases/{found[1]}"
    telling.seen = await here.see(telling.photo)


@phrase(r"\w+ sees (it|nothing any more)")
async def sees(telling: "Telling", match: re.Match[str]) -> None:
    assert (telling.seen == png()) is (match[1] == "it"), telling.seen


@phrase(r"(\w+) looks at the queue of ([\w ]+)")
async def looks_at_the_queue_of(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).look(f"/desk?team={quote(match[2])}")


@phrase(r"The desk shows case (\d+) before case (\d+)")
async def shows_before(telling: "Telling", match: re.Match[str]) -> None:
    text = telling.agents[telling.at_desk].text
    assert 0 <= text.find(f"Case {match[1]}") < text.find(f"Case {match[2]}"), text


@phrase(r"The helpdesk has the teams .*")
async def helpdesk_has_teams(_telling: "Telling", _match: re.Match[str]) -> None:
    """The house was built so."""


@phrase(r"(\w+) is of the team ([\w ]+)")
async def is_of_the_team(telling: "Telling", match: re.Match[str]) -> None:
    """In its group of the directory."""
    statement = "INSERT INTO membership VALUES (?, ?)"
    await telling.living.house.vault.file.execute(statement, (match[1].lower(), match[2]))


@phrase(r"(\w+) (takes|puts back|thaws (?:the person|\S+) in) case (\d+)")
async def deed(telling: "Telling", match: re.Match[str]) -> None:
    words = match[2].split()
    if words[0] == "thaws":
        device = "" if words[1] == "the" else words[1]
        await agent(telling, match[1]).thaw(int(match[3]), device=device)
    else:
        await agent(telling, match[1]).do(int(match[3]), "take" if words == ["takes"] else "put-back")


@phrase(r"(\w+) writes in case (\d+): (.*)")
async def writes(telling: "Telling", match: re.Match[str]) -> None:
    """The agent's page says which answer it was; the person's turn to hear comes with the next line."""
    telling.at_desk = match[1]
    telling.said += 1
    await agent(telling, match[1]).do(int(match[2]), "say", words=match[3], form=f"form {telling.said}")


@phrase(r"(\w+) goes on with case (\d+)")
async def goes_on(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).do(int(match[2]), "keep")


@phrase(r"(\w+) ends the shift")
async def ends_the_shift(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).post("/desk/end-shift")


@phrase(r"(\w+) signs out at the desk")
async def signs_out(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).visitor.page("/sign-out", {})
    await telling.living.settle()


@phrase(r"(\w+) notes in case (\d+): (.*)")
async def notes(telling: "Telling", match: re.Match[str]) -> None:
    telling.said += 1
    done = agent(telling, match[1])
    await done.do(int(match[2]), "note", words=await telling.filled(match[3]), form=f"form {telling.said}")


@phrase(r"(\w+) hands case (\d+) to the team ([\w ]+): (.*)")
async def hands_to_team(telling: "Telling", match: re.Match[str]) -> None:
    telling.said += 1
    form = f"form {telling.said}"
    await agent(telling, match[1]).do(int(match[2]), "to-team", team=match[3], words=match[4], form=form)


@phrase(r"(\w+) hands case (\d+) to ([\w.]+): (.*)")
async def hands_over(telling: "Telling", match: re.Match[str]) -> None:
    telling.said += 1
    form = f"form {telling.said}"
    await agent(telling, match[1]).do(int(match[2]), "hand-over", to=match[3], words=match[4], form=form)


@phrase(r"(\w+) opens case (\d+) again")
async def opens_again(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).do(int(match[2]), "reopen")


@phrase(r"(\w+) merges case (\d+) into case (\d+)")
async def merges(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).do(int(match[3]), "merge", other=match[2])


@phrase(r"(\w+) closes case (\d+) as (\w+)")
async def closes(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).do(int(match[2]), "close", outcome=match[3])


@phrase(r"(\w+) opens a case for (\w+)")
async def opens_for(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).open(match[2])


@phrase(r"(\w+) searches for (.+), because of somebody (\w+): (.*)")
async def searches(telling: "Telling", match: re.Match[str]) -> None:
    reason = {"calling": "caller", "standing": "visitor"}[match[3]]
    await agent(telling, match[1]).search(await telling.filled(match[2]), reason=reason, words=match[4])


@phrase(r"(\w+) opens a case for the owner of what was found")
async def opens_for_owner(telling: "Telling", match: re.Match[str]) -> None:
    person, form = found_on(agent(telling, match[1]).page)
    await agent(telling, match[1]).post("/desk/search/open", person=person, form=form)


@phrase(r"(\w+) looks at the cases that wait too long")
@phrase(r"(\w+) looks at what agents searched for")
async def looks_at_searches(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).look("/desk/searches")


@phrase(r"(\w+) is sure, (in person|by video), of (\w+) in case (\d+)(, whose phone is lost)?")
async def is_sure(telling: "Telling", match: re.Match[str]) -> None:
    how = "in_person" if match[2] == "in person" else "video_with_document"
    lost = match[5] is not None
    await agent(telling, match[1]).release(int(match[4]), match[3].lower(), lost_phone=lost, how=how)  # type: ignore[arg-type]


@phrase(r"(\w+) is sure, (in person|by video), of (\w+) in case (\d+), who has no other screen")
async def is_sure_to_read(telling: "Telling", match: re.Match[str]) -> None:
    how = "in_person" if match[2] == "in person" else "video_with_document"
    await agent(telling, match[1]).read_aloud(int(match[4]), match[3].lower(), how=how)  # type: ignore[arg-type]


@phrase(r"(\w+) reads the key aloud in case (\d+)(?:, and gets none)?")
async def reads_aloud(telling: "Telling", match: re.Match[str]) -> None:
    key = await agent(telling, match[1]).read(int(match[2]))
    assert bool(key) is ("gets none" not in match[0]), telling.agents[match[1]].text
    if key:
        telling.keys.append(key)


@phrase(r"(\w+) says in case (\d+) that it (worked|did not work)")
async def says_how_it_was(telling: "Telling", match: re.Match[str]) -> None:
    worked = "yes" if match[3] == "worked" else "no"
    await agent(telling, match[1]).do(int(match[2]), "read-ended", worked=worked)


@phrase(r"(\w+) agrees in case (\d+)")
async def agrees(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).agree(int(match[2]))


@phrase(r"(\w+) stops the release of case (\d+)")
async def stops(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).do(int(match[2]), "withdraw")


@phrase(r"(\w+) makes the code of case (\d+)(?:, and gets none)?")
async def makes_the_code(telling: "Telling", match: re.Match[str]) -> None:
    telling.code = await agent(telling, match[1]).code(int(match[2]))
    assert bool(telling.code) is ("gets none" not in match[0]), telling.agents[match[1]].text
    if telling.code:
        telling.codes.append(telling.code)


@phrase(r"(\w+) removes the app in case (\d+), of (\w+)")
async def removes_the_app(telling: "Telling", match: re.Match[str]) -> None:
    await agent(telling, match[1]).remove_app(int(match[2]), match[3].lower())


@phrase(r"A thief has the phone of (\w+)")
async def thief_has_the_phone(telling: "Telling", match: re.Match[str]) -> None:
    telling.stolen_code = await telling.visitor.code(match[1].lower())


@phrase(r"The thief proves it as (\w+) with that phone")
async def thief_proves_it(telling: "Telling", match: re.Match[str]) -> None:
    form = {"number": number_of(await telling.card()), "code": telling.stolen_code}
    await telling.go_as(match[1], f"{telling.page}/prove", form)


@phrase(r"(\w+) types (the code|a wrong code) on (?:a|another) phone")
async def types_the_code(telling: "Telling", match: re.Match[str]) -> None:
    telling.who, telling.page = match[1], "/k"
    telling.visitors[match[1]] = telling.living.visitor()
    telling.read[match[1]] = 0
    await telling.visitor.page("/k")
    typed = telling.code.lower() if match[2] == "the code" else "ABC DEF GH2"
    async with telling.visitor.http.post(f"{telling.living.base}/k", data={"code": typed}) as answer:
        telling.status, telling.text = answer.status, await answer.text()
        telling.page = answer.url.path
    await telling.living.settle()


@phrase(r"(\w+) is the manager of (\w+)")
async def is_the_manager(telling: "Telling", match: re.Match[str]) -> None:
    statement = "UPDATE person SET manager = ? WHERE login = ?"
    await telling.living.house.vault.file.execute(statement, (match[1].lower(), match[2].lower()))


@phrase(r"(\w+) joins the agents")
async def joins_the_agents(telling: "Telling", match: re.Match[str]) -> None:
    """Also somebody who is in the chat at the same moment."""
    statement = "INSERT OR IGNORE INTO membership VALUES (?, 'helpdesk')"
    await telling.living.house.vault.file.execute(statement, (match[1].lower(),))
    telling.agents[match[1]] = await at_desk(telling.living, match[1].lower())
    telling.at_desk = match[1]


@phrase(r"(\w+) objects again")
async def objects_again(telling: "Telling", match: re.Match[str]) -> None:
    path = f"/demo/phone/{match[1].lower()}"
    async with telling.visitor.http.get(f"{telling.living.base}{path}", headers={"Accept": "text/html"}) as answer:
        links = re.findall(r'href="[^"]*(/not-me/[^"]+)"', await answer.text())
    await telling.go(links[0], {})


@phrase(r"The helpdesk opens on weekdays .*")
async def helpdesk_opens(_telling: "Telling", _match: re.Match[str]) -> None:
    """The house was built so."""


@phrase(r"The desk says: (.*)")
async def desk_says(telling: "Telling", match: re.Match[str]) -> None:
    assert await telling.filled(match[1]) in telling.agents[telling.at_desk].text, telling.agents[telling.at_desk].text


@phrase(r"The desk does not say: (.*)")
async def desk_does_not_say(telling: "Telling", match: re.Match[str]) -> None:
    assert await telling.filled(match[1]) not in telling.agents[telling.at_desk].text


OF_THE_DESK = tuple(PHRASES)
"""They come before the others, of which the last understands everything that is said."""
