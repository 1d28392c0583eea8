"""A made-up audit of some months: people who are locked out, most of whom help themselves. The same one for the same dice."""

import asyncio
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.audit import Fact
from bot.domain.people import PersonId
from bot.ports.store import Store, Turn

REASONS = ("asked", "no_match", "no_key", "still_locked", "not_proved", "policy", "lost_or_stolen")
AT_ONCE = 500
Moment = tuple[datetime, Fact]


def lock_out(number: int, at: datetime, dice: random.Random) -> Iterator[Moment]:
    """Ten records or so."""
    person, agent = PersonId("demo", f"person {dice.randrange(5_000)}"), PersonId("demo", f"agent {dice.randrange(8)}")

    def later(minutes: float, what: str, who: PersonId = person, **about: str) -> Moment:
        return at + timedelta(minutes=minutes), Fact(what, who, about)

    yield later(0, "session.begun", how="oidc", computer="own")
    yield later(0.1, "chat.opened", channel="webchat", how="oidc")
    if dice.random() < 0.25:
        case = str(1000 + number)
        reason, waited = dice.choice(REASONS), dice.expovariate(1 / 12)
        yield later(1, "chat.handed_off", reason=reason)
        yield later(1, "case.opened", case=case, reason=reason, urgency="normal")
        yield later(1 + waited, "case.taken", agent, case=case)
        outcome = dice.choice(("solved", "solved", "solved", "not_solved", "not_proved", "not_needed"))
        yield later(20 + waited, "case.closed", agent, case=case, outcome=outcome)
        yield later(21 + waited, "rating.given", by="human", mark=dice.choice(("good", "good", "bad")))
        return
    took = 1 + dice.expovariate(1 / 3)
    yield later(0.5, "key.found", device=f"device {number}", key="vault:1")
    yield later(0.6, "link.given", challenge=f"c{number}", device=f"device {number}")
    yield later(0.9, "link.opened", challenge=f"c{number}")
    if dice.random() < 0.1:
        return
    yield later(took, "proof.accepted", methods=dice.choice(("sign_in", "sign_in", "sign_in authenticator")))
    yield later(took + 0.3, "key.shown", challenge=f"c{number}", key="vault:1", view="1")
    if dice.random() < 0.8:
        yield later(took + 3, "key.worked", challenge=f"c{number}")
        yield later(took + 3, "chat.solved", by="bot")
    if dice.random() < 0.4:
        yield later(took + 4, "rating.given", by="bot", mark=dice.choice(("good",) * 9 + ("bad",)))


async def fill(store: Store, until: datetime, lock_outs: int, weeks: int = 12) -> int:
    """By working days and office hours. Returns how many records there are."""
    dice = random.Random(7)
    days = [day for n in range(weeks * 7) if (day := until - timedelta(days=n)).weekday() < 5]
    begun = sorted(dice.choice(days).replace(hour=7) + timedelta(minutes=dice.randrange(120)) for _ in range(lock_outs))
    told = [one for n, at in enumerate(begun) for one in lock_out(n, at, dice) if one[0] <= until]
    by_moment: dict[datetime, list[Fact]] = {}
    for at, fact in sorted(told, key=lambda one: one[0]):
        by_moment.setdefault(at, []).append(fact)
    turns = [
        Turn(f"chat:{until.timestamp()}-{n}", 0, "{}", "told", at, facts=tuple(facts))
        for n, (at, facts) in enumerate(by_moment.items())
    ]
    for n in range(0, len(turns), AT_ONCE):
        await asyncio.gather(*(store.commit(turn, 60) for turn in turns[n : n + AT_ONCE]))
    return len(told)
