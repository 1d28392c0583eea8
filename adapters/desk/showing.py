"""What the desk's templates are given: a case in plain values, and what this agent may do with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from adapters.desk.clocks import clocks_of, phase_of
from adapters.desk.others import SHOWN_AT_ONCE, others_of
from bot import case_idling
from bot.case_aloud import may_read
from bot.case_clocks import RETURNED_AFTER, patience
from bot.case_file import Filed
from bot.case_release import may_have_code
from bot.domain.cases import Agent, Closed, Taken, Waits
from bot.domain.devices import Device
from bot.domain.release import RELEASE_LIVES, Agreed, Proposed
from bot.domain.replies import Reply
from bot.helpdesk import Seen
from bot.ticket import Mirrored, State


def marks_of(filed: Filed) -> Mapping[str, bool]:
    """What somebody should look at now."""
    stage = filed.stage
    return {"late": isinstance(stage, Waits) and stage.late, "silent": isinstance(stage, Taken) and stage.silent}


def facts_of_case(seen: Seen, now: datetime, minutes: int) -> Mapping[str, object]:
    """`minutes`: for which this browser's fresh sign-in still holds. An agent's own case shows them no notes on it."""
    filed, agent = seen.filed, seen.agent
    learnt = filed.case.learnt
    is_mine = filed.holder is not None and filed.holder.id == agent.id
    is_own = filed.case.person == agent.id
    release = _of_release(filed, agent, now)
    names = {device.id: device.name for device in seen.devices}
    return {
        "seen": seen,
        "filed": filed,
        "case": filed.case,
        "learnt": learnt,
        "clocks": clocks_of(filed, now),
        "phase": phase_of(filed, now),
        "is_own": is_own,
        "notes": () if is_own else filed.notes,
        "others": tuple(others_of(seen.others, agent, is_mine=is_mine and filed.case.reason != "disowned")),
        "shown_at_once": SHOWN_AT_ONCE,
        "into": filed.stage.into if isinstance(filed.stage, Closed) else None,
        "computer": names.get(learnt.device_id or ""),
        "tried": _key_ids(learnt.keys_tried, seen.devices),
        "is_mine": is_mine,
        "stage": type(filed.stage).__name__.lower(),
        "holder": filed.stage.by.name if isinstance(filed.stage, Taken | Closed) else "",
        "is_frozen": bool(seen.freezes),
        **release,
        **_of_ticket(seen.ticket, now),
        "permitted": minutes,
        "can_speak": is_mine or release["step"] in ("second", "code"),
        "idle_for": {"n": int(case_idling.ASKED_AFTER // 3600), "left": int(case_idling.RETURNED_AFTER // 60)},
        "reminded": {"n": int(patience(filed) // 60), "left": int(RETURNED_AFTER // 60)},
        **marks_of(filed),
    }


def _of_ticket(ticket: State, now: datetime) -> Mapping[str, object]:
    """Where it is, and whether something is not in it yet."""
    if not isinstance(ticket, Mirrored):
        return {"ticket": "", "ticket_is_late": False}
    return {"ticket": ticket.written.name if ticket.written else "", "ticket_is_late": ticket.is_late(now)}


def _of_release(filed: Filed, agent: Agent, now: datetime) -> Mapping[str, object]:
    match filed.release:
        case Proposed(_, first) as release:
            is_late = now - first.at >= RELEASE_LIVES
            return {"release": release, "step": "late" if is_late else "own" if first.by.id == agent.id else "second"}
        case Agreed() as release:
            return {"release": release, "step": _step(filed, release, agent, now)}
        case None:
            return {"release": None, "step": "none"}


def _step(filed: Filed, release: Agreed, agent: Agent, now: datetime) -> str:
    """Where an agreed release stands, for this agent."""
    if release.spent:
        return "was_read" if release.reading else "worked" if _has_worked(filed.heard) else "spent"
    if now >= release.until:
        return "late"
    if filed.case.chat and not release.by_agents_alone:
        return "in_chat"
    if release.opens_at is None:
        return "telling"
    if now < release.opens_at:
        return "waiting"
    if may_read(release, agent, now):
        return "read"
    return "code" if may_have_code(release, agent, now) else "not_for_you"


def _has_worked(heard: Sequence[str]) -> bool:
    """Since a key was shown last."""
    since = len(heard) - heard[::-1].index("shown") if "shown" in heard else 0
    return "worked" in heard[since:]


def _key_ids(refs: Iterable[str], devices: Iterable[Device]) -> tuple[str, ...]:
    """Of corporate devices only; a key without an id is named by its drive."""
    cards = {card.key_ref: card for device in devices for card in device.keys}
    return tuple(cards[ref].key_id or cards[ref].drive for ref in refs if ref in cards)


def replies_for(seen: Seen, replies: Sequence[Reply], language: str) -> tuple[tuple[str, str], ...]:
    """Titles in the agent's language, words in the person's."""
    case = seen.filed.case
    name = seen.person.given_name if seen.person else case.name
    theirs = (reply for reply in replies if case.language in reply.words)
    return tuple((reply.title[language], reply.to(name, case.language)) for reply in theirs)
