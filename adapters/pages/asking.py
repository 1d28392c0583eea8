"""What the person sees of an approval: whom they ask, the number to read out, and that it has been given."""

from dataclasses import dataclass

from aiohttp import web

from adapters.pages.pages import Pages, form_of, one_of, to_page
from bot.approving import Approvals, CannotBeAsked, ManagerCannotBeAsked, Way
from bot.challenge import Claimed
from bot.domain.errors import SourceUnavailable
from bot.unlocking import Unlocking

LOOK_AGAIN = 4
"""Seconds after which the waiting page looks whether it was approved."""

POLL = "X-Sparekey-Poll"
"""The header by which the waiting page tells what it asks by itself from what somebody opens."""
UNABLE = "unable"
"""In the address of a page that says why nobody was asked. It changes what is said and nothing else."""


@dataclass(frozen=True, slots=True)
class AskingPage:
    approvals: Approvals
    unlocking: Unlocking
    pages: Pages

    @staticmethod
    def has_the_turn(state: Claimed) -> bool:
        """Everything else has held; only the number from the chat may still be missing."""
        return state.missing == ("approval",)

    async def draw(
        self,
        request: web.Request,
        state: Claimed,
        *,
        wrong: bool = False,
        wait: int = 0,
        unable: bool = False,
        status: int = 200,
    ) -> web.Response:
        """`wrong`, `wait`: of the number from the chat. `unable`: nobody can be asked, now or as the address says."""
        unable = unable or UNABLE in request.query
        base = f"/unlock/{request.match_info['link']}"
        try:
            way = await self.approvals.way(state)
        except SourceUnavailable:
            way, unable, status = Way("", may_object=False, asked=None), True, 503
        facts = {"base": base, "way": way, "number_held": state.number_held, "unable": unable}
        if way.asked is not None:
            facts |= {"number": way.asked.number, "look_again": LOOK_AGAIN, "poll": POLL}
            return self.pages.draw(request, "unlock/waiting.html", facts)
        security_left = request.query.get(UNABLE) == "manager" and way.may_object and state.number_held
        facts |= {"security_left": security_left, "wrong": wrong, "wait": wait, "tries_left": state.tries_left}
        return self.pages.draw(request, "unlock/approval.html", facts, status=status)

    async def ask(self, request: web.Request, link: str, browser: str, network: str) -> web.StreamResponse:
        """It always leads back: no page whose address is a form's may be looked at again by itself.

        Raises what the unlock page answers, and ProofRefused for a wrong number from the chat.
        """
        form = await form_of(request, "whom", "number")
        objects = one_of(form["whom"], ("first", "security")) == "security"
        state = await self.unlocking.claimed(link, browser)
        if not state.number_held:
            await self.unlocking.prove(link, browser, form["number"], {}, network)
        try:
            await self.approvals.ask(link, browser, objects=objects)
        except ManagerCannotBeAsked:
            return to_page(f"/unlock/{link}?{UNABLE}=manager")
        except (CannotBeAsked, SourceUnavailable):
            return to_page(f"/unlock/{link}?{UNABLE}=1")
        return to_page(f"/unlock/{link}")
