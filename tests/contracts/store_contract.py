"""Promises of the store that show only when turns meet: every store's suite inherits them, and walks beside the fake."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import pytest

from bot.domain.audit import Fact, Record, find_break
from bot.domain.people import PersonId, Principal
from bot.ports.sessions import ON_ONES_OWN, Session, Sessions
from bot.ports.store import DEED, SAY, AlreadySeen, NotOwed, Owing, Queue, StaleFlow, Store, Turn, wake

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEASE = 60.0
SOON, LATER = NOW + timedelta(seconds=61), NOW + timedelta(hours=1)
IDLE = ON_ONES_OWN.idle
ALEX, SAM = PersonId("demo", "alex"), PersonId("demo", "sam")
FIRST = Turn("chat:1", 0, "{}", "e1", NOW)
SECOND = replace(FIRST, over=1, event_id="e2")


def say(body: str, due: datetime = NOW) -> Owing:
    return Owing(SAY, body, due)


def timer(body: str | None, due: datetime = LATER) -> Owing:
    return Owing(wake("silence"), body, due)


class StoreContract:
    """A store's suite inherits this and gives the fixtures `store` and `sessions`."""

    async def test_all_speech_of_one_turn_is_leased_in_the_order_it_was_owed(self, store: Store) -> None:
        committed = await store.commit(replace(FIRST, owes=(say("one"), say("two"), say("three"))), LEASE)

        assert [one.body for one in committed.owed] == ["one", "two", "three"]

    async def test_of_speech_whose_lease_ran_out_only_the_first_is_claimed(self, store: Store) -> None:
        await store.commit(replace(FIRST, owes=(say("one"), say("two"))), LEASE)

        assert [one.body for one in await store.claim(SOON, LEASE)] == ["one"]
        assert await store.claim(SOON, LEASE) == ()

    async def test_speech_that_is_postponed_holds_up_what_follows_but_no_deed(self, store: Store) -> None:
        await store.commit(replace(FIRST, owes=(say("one"), say("two"), Owing(DEED, "deed", NOW))), LEASE)

        await store.postpone("chat:1/1.0", LATER)

        assert [one.body for one in await store.claim(SOON, LEASE)] == ["deed"]

    async def test_what_follows_postponed_speech_is_free_as_soon_as_that_is_said(self, store: Store) -> None:
        await store.commit(replace(FIRST, owes=(say("one"), say("two"), say("three"))), LEASE)
        soon = NOW + timedelta(seconds=20)
        await store.postpone("chat:1/1.0", soon)
        before = await store.claim(soon - timedelta(seconds=1), LEASE)

        first = await store.claim(soon, LEASE)
        settled = await store.settle("chat:1/1.0", soon)
        second = await store.claim(soon, LEASE)

        assert before == ()
        assert [one.body for one in first] == ["one"]
        assert settled.more
        assert [(one.body, one.attempts) for one in second] == [("two", 0)]

    async def test_a_postponed_deed_gives_no_other_lease_back(self, store: Store) -> None:
        await store.commit(replace(FIRST, owes=(Owing(DEED, "one", NOW), Owing(DEED, "two", NOW), say("word"))), LEASE)

        await store.postpone("chat:1/1.0", NOW)

        assert [one.body for one in await store.claim(NOW, LEASE)] == ["one"]

    async def test_postponed_speech_gives_back_no_speech_of_another_flow(self, store: Store) -> None:
        for flow_id in ("chat:1", "chat:2"):
            await store.commit(replace(FIRST, flow_id=flow_id, owes=(say(flow_id),)), LEASE)

        await store.postpone("chat:1/1.0", LATER)

        assert await store.claim(NOW, LEASE) == ()

    async def test_speech_and_deeds_are_claimed_apart(self, store: Store) -> None:
        owes = (say("one"), say("two"), Owing(DEED, "deed", NOW), timer("wake", NOW))
        await store.commit(replace(FIRST, owes=owes), LEASE)

        deeds = await store.claim(SOON, LEASE, queue="deeds")
        speech = await store.claim(SOON, LEASE, queue="speech")

        assert [one.body for one in deeds] == ["deed", "wake"]
        assert [one.body for one in speech] == ["one"]
        assert await store.claim(SOON, LEASE) == ()

    async def test_older_speech_takes_no_place_in_a_claim_of_deeds(self, store: Store) -> None:
        for n in range(3):
            await store.commit(replace(FIRST, flow_id=f"chat:{n}", owes=(say("word"),)), LEASE)
        await store.commit(replace(FIRST, flow_id="case:1", owes=(Owing(DEED, "deed", NOW),)), LEASE)

        assert [one.body for one in await store.claim(SOON, LEASE, queue="deeds", limit=1)] == ["deed"]

    async def test_a_turn_that_leaves_its_speech_leases_its_deeds_alone(self, store: Store) -> None:
        owes = (say("one"), Owing(DEED, "deed", NOW), say("two"))

        committed = await store.commit(replace(FIRST, owes=owes, leaves_speech=True), LEASE)

        assert [one.body for one in committed.owed] == ["deed"]
        assert [one.body for one in await store.claim(NOW, LEASE)] == ["one"]

    async def test_a_turn_that_settles_the_last_speech_may_speak_at_once(self, store: Store) -> None:
        await store.commit(replace(FIRST, owes=(say("one"),)), LEASE)

        answer = await store.commit(replace(SECOND, settles="chat:1/1.0", owes=(say("two"),)), LEASE)

        assert [one.body for one in answer.owed] == ["two"]

    async def test_what_was_owed_first_is_claimed_first_and_no_more_than_asked_for(self, store: Store) -> None:
        for n, due in enumerate((SOON, LATER, SOON)):
            deed = Owing(DEED, f"deed {n}", due)
            await store.commit(replace(FIRST, flow_id=f"case:{9 - n}", owes=(deed,)), LEASE)

        assert [one.body for one in await store.claim(LATER, LEASE, limit=2)] == ["deed 0", "deed 1"]

    async def test_a_claim_for_one_flow_leaves_the_others_alone(self, store: Store) -> None:
        for flow_id in ("chat:1", "chat:2"):
            await store.commit(replace(FIRST, flow_id=flow_id, owes=(Owing(DEED, flow_id, SOON),)), LEASE)

        assert [one.body for one in await store.claim(SOON, LEASE, flow_id="chat:2")] == ["chat:2"]
        assert [one.body for one in await store.claim(SOON, LEASE)] == ["chat:1"]

    async def test_a_timer_replaced_or_taken_back_in_its_own_turn_is_not_handed_out(self, store: Store) -> None:
        replaced = await store.commit(replace(FIRST, owes=(timer("one", NOW), timer("two", NOW))), LEASE)
        taken_back = await store.commit(replace(SECOND, owes=(timer("three", NOW), timer(None))), LEASE)

        assert [one.body for one in replaced.owed] == ["two"]
        assert taken_back.owed == ()
        assert await store.next_due() is None

    async def test_next_due_is_the_moment_at_which_a_claim_finds_something(self, store: Store) -> None:
        await store.commit(replace(FIRST, owes=(say("one"),)), LEASE)
        await store.commit(replace(SECOND, owes=(say("waits for one"), timer("wake"))), LEASE)

        due = NOW + timedelta(seconds=LEASE)

        assert await store.next_due() == due
        assert await store.claim(due - timedelta(microseconds=1), LEASE) == ()
        assert [one.body for one in await store.claim(due, LEASE)] == ["one"]

    async def test_nothing_is_due_where_nothing_is_owed(self, store: Store) -> None:
        await store.commit(FIRST, LEASE)

        assert await store.next_due() is None

    async def test_a_turn_over_a_flow_that_never_was_is_stale(self, store: Store) -> None:
        with pytest.raises(StaleFlow):
            await store.commit(SECOND, LEASE)

        assert await store.load("chat:1") is None

    async def test_an_event_seen_before_changes_nothing_at_all(self, store: Store) -> None:
        await store.commit(replace(FIRST, owes=(timer("wake"),)), LEASE)
        again = replace(FIRST, over=1, settles="chat:1/1.0", owes=(timer(None),), lines=("x",), facts=(Fact("x"),))

        with pytest.raises(AlreadySeen):
            await store.commit(again, LEASE)

        assert await store.next_due() == LATER
        assert await store.history("chat:1") == ()
        assert [record async for record in store.audit()] == []

    async def test_it_knows_which_flow_has_seen_which_event(self, store: Store) -> None:
        await store.commit(FIRST, LEASE)

        assert await store.was_seen(FIRST.flow_id, FIRST.event_id)
        assert not await store.was_seen("chat:2", FIRST.event_id)
        assert not await store.was_seen(FIRST.flow_id, "another")

    @pytest.mark.parametrize("refused", [replace(SECOND, over=7), replace(SECOND, settles="chat:1/1.9")])
    async def test_the_event_of_a_refused_turn_may_come_again(self, store: Store, refused: Turn) -> None:
        await store.commit(FIRST, LEASE)

        with pytest.raises((StaleFlow, NotOwed)):
            await store.commit(refused, LEASE)

        assert (await store.commit(SECOND, LEASE)).version == 2

    async def test_what_is_not_owed_leaves_no_line(self, store: Store) -> None:
        with pytest.raises(NotOwed):
            await store.settle("chat:1/1.0", NOW, ("said",))

        assert await store.history("chat:1") == ()

    async def test_an_event_id_that_expired_is_taken_for_a_new_one(self, store: Store) -> None:
        await store.commit(FIRST, LEASE)

        await store.forget(LATER, LATER, LATER, LATER)

        assert (await store.commit(replace(FIRST, over=1), LEASE)).version == 2

    async def test_a_passing_flow_that_rests_is_forgotten_whole_and_begins_anew(self, store: Store) -> None:
        for flow_id, at in (("network:old", NOW), ("network:new", LATER), ("chat:1", NOW)):
            await store.commit(replace(FIRST, flow_id=flow_id, at=at), LEASE)

        await store.forget(LATER, NOW, NOW, LATER)

        kept = [await store.load(flow_id) is not None for flow_id in ("network:old", "network:new", "chat:1")]
        assert kept == [False, True, True]
        assert (await store.commit(replace(FIRST, flow_id="network:old"), LEASE)).version == 1

    async def test_a_passing_flow_that_owes_something_stays(self, store: Store) -> None:
        await store.commit(replace(FIRST, flow_id="network:1", owes=(timer("later"),)), LEASE)

        await store.forget(LATER, NOW, NOW, LATER)

        assert await store.load("network:1") is not None

    async def test_flows_are_listed_by_id_page_by_page(self, store: Store) -> None:
        for flow_id in ("case:3", "case:1", "cases:9", "chat:1", "case:2"):
            await store.commit(replace(FIRST, flow_id=flow_id), LEASE)

        first = await store.flows("case", limit=2)
        rest = await store.flows("case", after=first[-1][0])

        assert [flow_id for flow_id, _ in (*first, *rest)] == ["case:1", "case:2", "case:3"]

    async def test_a_session_is_found_while_it_is_used_until_it_is_too_old(self, sessions: Sessions) -> None:
        await sessions.begin(session("a", ALEX))

        for minutes in (20, 40):
            await sessions.touch("a", NOW + timedelta(minutes=minutes))
        found = await sessions.find("a", NOW + timedelta(minutes=59))

        assert found == replace(session("a", ALEX), seen_at=NOW + timedelta(minutes=40))
        assert await sessions.find("a", LATER) is None

    async def test_looking_at_a_session_does_not_keep_it(self, sessions: Sessions) -> None:
        await sessions.begin(session("a", ALEX))

        seen = [await sessions.find("a", NOW + timedelta(minutes=minutes)) for minutes in (10, 20, 29)]

        assert seen == [session("a", ALEX)] * 3
        assert await sessions.find("a", NOW + IDLE) is None

    async def test_a_session_that_idled_is_gone_for_good(self, sessions: Sessions) -> None:
        await sessions.begin(session("a", ALEX))

        await sessions.touch("a", NOW + IDLE)

        assert await sessions.find("a", NOW) is None

    async def test_a_session_on_a_shared_computer_idles_out_sooner(self, sessions: Sessions) -> None:
        await sessions.begin(session("a", ALEX, on_shared_computer=True))
        await sessions.begin(session("b", ALEX))

        found = [await sessions.find(name, NOW + timedelta(minutes=10)) for name in "ab"]

        assert found == [None, session("b", ALEX)]

    async def test_a_person_is_signed_out_everywhere_and_nobody_else_is(self, sessions: Sessions) -> None:
        for name, person in (("a", ALEX), ("b", ALEX), ("c", SAM), ("d", SAM)):
            await sessions.begin(session(name, person))
        await sessions.speaks_in("c", "chat:1")

        ended = await sessions.end_all(ALEX)
        await sessions.end("d")

        found = [await sessions.find(name, NOW) for name in "abcd"]
        assert sorted(ended) == ["a", "b"]
        assert [one and one.chat for one in found] == [None, None, "chat:1", None]
        assert found[2] == replace(session("c", SAM), chat="chat:1")


def session(name: str, person: PersonId, *, on_shared_computer: bool = False) -> Session:
    return Session(name, Principal(person, "Name", "Given", "demo", NOW, on_shared_computer), "csrf", None, NOW, LATER)


class Walker:
    """Does the same to any store that answers the same: what it settles it has seen owed, or few steps would succeed."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store, self._chance = store, Random(seed)
        self._at, self._owed = NOW, ["chat:1/9.9"]
        self._acts: dict[Callable[[], Awaitable[object]], int] = {
            self._commit: 10, self._settle: 4, self._claim: 4, self._postpone: 2, store.next_due: 3, self._history: 1,
            lambda: store.number("case", self._recent()): 1, self._forget: 1, partial(store.forget_person, ALEX): 1,
        }  # fmt: skip

    async def walk(self, steps: int) -> list[object]:
        """What the store answered to each step, refusals included, and the audit it was left with."""
        answers: list[object] = []
        for act in self._chance.choices(list(self._acts), list(self._acts.values()), k=steps):
            self._at += timedelta(seconds=self._chance.choice((0, 0, 0, 1, 30, 61)))
            try:
                answers.append(await act())
            except (StaleFlow, AlreadySeen, NotOwed) as refusal:
                answers.append(type(refusal))
        records = [record async for record in self._store.audit()]
        assert find_break(records) is None
        return [*answers, without_aliases(records)]

    async def _commit(self) -> object:
        flow_id, chance = self._flow(), self._chance
        saved = await self._store.load(flow_id)
        over = (saved.version if saved else 0) + (chance.random() < 0.1)
        owes = tuple(self._owing() for _ in range(chance.randrange(4)))
        settles = self._recent() if chance.random() < 0.3 else None
        facts = tuple(Fact("x", chance.choice((ALEX, SAM, None))) for _ in range(chance.randrange(2)))
        lines, event_id = ("line",) * chance.randrange(3), str(chance.randrange(60))
        leaves_speech = chance.random() < 0.3
        turn = Turn(flow_id, over, str(over), event_id, self._at, owes, settles, lines, facts, leaves_speech)
        committed = await self._store.commit(turn, LEASE)
        self._owed += [f"{flow_id}/{committed.version}.{n}" for n in range(len(owes))]
        return committed

    async def _settle(self) -> object:
        return await self._store.settle(self._recent(), self._at, ("said",))

    async def _claim(self) -> object:
        flow_id, limit = self._chance.choice((None, self._flow())), self._chance.choice((1, 3, 50))
        queue: Queue | None = self._chance.choice((None, "speech", "deeds"))
        return await self._store.claim(self._at, LEASE, queue=queue, flow_id=flow_id, limit=limit)

    async def _postpone(self) -> None:
        await self._store.postpone(self._recent(), self._at + timedelta(seconds=self._chance.choice((1, 120))))

    async def _history(self) -> object:
        since = self._chance.choice((None, self._at - timedelta(seconds=self._chance.randrange(300))))
        return await self._store.history(self._flow(), after=self._chance.randrange(9), limit=5, since=since)

    async def _forget(self) -> None:
        before = self._at - timedelta(seconds=self._chance.choice((300, 3000)))
        await self._store.forget(self._at, before, before, before)

    def _flow(self) -> str:
        return self._chance.choice(("chat:1", "chat:2", "case:1", "network:1", "past:demo/alex"))

    def _owing(self) -> Owing:
        lane = self._chance.choice((SAY, SAY, DEED, wake("a"), wake("b")))
        due = self._at + timedelta(seconds=self._chance.choice((0, 0, 0, 90)))
        return Owing(lane, self._chance.choice(("one", "two", "three", None)), due)

    def _recent(self) -> str:
        return self._owed[-1 - self._chance.randrange(min(8, len(self._owed)))]


def without_aliases(records: list[Record]) -> list[str]:
    """Aliases are random, so each stands as the number of its first appearance."""
    numbers, lines = dict[str, int](), list[str]()
    for record in records:
        before, _, after = record.line.partition('"who":"')
        alias, _, _ = after.partition('"')
        lines.append(f"{before} {numbers.setdefault(alias, len(numbers))}")
    return lines
