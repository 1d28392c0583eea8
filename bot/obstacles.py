"""What keeps somebody from a link whatever the policy says. It asks as if for a link, of a copy: nothing is counted."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot import standing
from bot.limits import LINKS_OF_ONE_A_DAY, was_allowed

ASKED = "explained"
_STOPPED = {"denied": "an approver said no", "insisted_today": "they said that somebody is telling them what to do"}


async def obstacle(recall: Callable[[str], Awaitable[object]], subject: str, now: datetime) -> str:
    """For an administrator, of one person or device; empty where there is none."""
    found = await recall(subject)
    state = found if isinstance(found, standing.Standing) else standing.Standing()
    after = standing.step(state, standing.LinkAsked(ASKED, now, LINKS_OF_ONE_A_DAY)).state
    if was_allowed(after.links, ASKED):
        return ""
    if state.frozen is not None:
        return f"blocked ({state.frozen}), until an agent lifts it"
    if why := standing.stopped(state, now):
        return f"{_STOPPED[why]} within the last 24 hours; until they are over only agents' words count"
    return f"{len(after.links)} links in the last 24 hours, which is the limit"
