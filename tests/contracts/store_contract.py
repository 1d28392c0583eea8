"""Promises of the store that show only when turns meet: every store's suite inherits them, and walks beside the fake."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st

from bot.domain.audit import Fact, Record, find_break
from bot.domain.people import PersonId, Principal
from bot.ports.sessions import Session, Sessions
from bot.ports.store import DEED, SAY, AlreadySeen, NotOwed, Owing, StaleFlow, Store, Turn, wake

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEASE = 60.0
SOON, LATER = NOW + timedelta(seconds=61), NOW + timedelta(hours=1)
IDLE = timedelta(minutes=15)
ALEX, SAM = PersonId("demo", "alex"), PersonId("demo", "sam")
FIRST = Turn("chat:1", 0, "{}", "e1", NOW)
SECOND = replace(FIRST, over=1, event_id="e2")


def say(body: str, due: datetime = NOW) -> Owing:
    return Owing(SAY, body, due)


def timer(body: str | None, due: datetime = LATER) -> Owing:
    return Owing(wake("silence"), body, due)


class StoreContract:
    """A store's suite inherits this and gives the fixtures `store` and `sessions` (idle after IDLE)."""

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

        await store.forget(LATER, LATER, LATER)

        assert (await store.commit(replace(FIRST, over=1), LEASE)).version == 2

    async def test_flows_are_listed_by_id_page_by_page(self, store: Store) -> None:
        for flow_id in ("case:3", "case:1", "cases:9", "chat:1", "case:2"):
            await store.commit(replace(FIRST, flow_id=flow_id), LEASE)

        first = await store.flows("case", limit=2)
        rest = await store.flows("case", after=first[-1][0])

        assert [flow_id for flow_id, _ in (*first, *rest)] == ["case:1", "case:2", "case:3"]

    async def test_a_session_is_found_while_it_is_used_until_it_is_too_old(self, sessions: Sessions) -> None:
        await sessions.begin(session("a", ALEX), NOW)

        for minutes in (10, 20, 30, 40, 50):
            assert await sessions.find("a", NOW + timedelta(minutes=minutes))

        assert await sessions.find("a", LATER) is None

    async def test_a_session_that_idled_is_gone_for_good(self, sessions: Sessions) -> None:
        await sessions.begin(session("a", ALEX), NOW)

        assert await sessions.find("a", NOW + IDLE) is None
        assert await sessions.find("a", NOW) is None

    async def test_a_person_is_signed_out_everywhere_and_nobody_else_is(self, sessions: Sessions) -> None:
        for name, person in (("a", ALEX), ("b", ALEX), ("c", SAM), ("d", SAM)):
            await sessions.begin(session(name, person), NOW)
        await sessions.speaks_in("c", "chat:1")

        await sessions.end_all(ALEX)
        await sessions.end("d")

        found = [await sessions.find(name, NOW) for name in "abcd"]
        assert [one and one.chat for one in found] == [None, None, "chat:1", None]
        assert found[2] == replace(session("c", SAM), chat="chat:1")


def session(name: str, person: PersonId) -> Session:
    return Session(name, Principal(person, "Name", "Given", "demo", NOW), "csrf", None, LATER)


@dataclass(slots=True)
class Walker:
    """Does the same to any store. What it settles it has seen owed, for a blind walk is refused at every step."""

    store: Store
    owed: list[str] = field(default_factory=lambda: ["chat:1/9.9"])

    async def commit(self, turn: Turn, settles: int | None, ahead: int) -> object:
        saved = await self.store.load(turn.flow_id)
        over = ahead + (saved.version if saved else 0)
        turn = replace(turn, over=over, settles=None if settles is None else self.recent(settles))
        committed = await self.store.commit(turn, LEASE)
        self.owed += [f"{turn.flow_id}/{committed.version}.{n}" for n in range(len(turn.owes))]
        return committed

    def recent(self, n: int) -> str:
        return self.owed[-1 - n % len(self.owed)]


Act = Callable[[Walker], Coroutine[object, object, object]]
FLOWS, RECENT = st.sampled_from(["chat:1", "case:1"]), st.integers(0, 5)
MOMENTS = st.sampled_from([NOW + timedelta(seconds=seconds) for seconds in (0, 0, 1, 60, 61, 200)])
BODIES = st.sampled_from(["body", "body", None])
OWINGS = st.lists(st.builds(Owing, st.sampled_from([SAY, SAY, DEED, wake("a")]), BODIES, MOMENTS), max_size=3)
FACTS = st.lists(st.builds(Fact, st.just("x"), st.sampled_from([ALEX, SAM, None])), max_size=2)
EVENT_IDS = st.integers(0, 60).map(str)
TURNS = st.builds(
    lambda flow_id, event_id, at, owes, lines, facts: Turn(
        flow_id, 0, "{}", event_id, at, tuple(owes), None, ("line",) * lines, tuple(facts)
    ), FLOWS, EVENT_IDS, MOMENTS, OWINGS, st.integers(0, 2), FACTS,
)  # fmt: skip
COMMITS = st.builds(
    lambda turn, settles, ahead: lambda it: it.commit(turn, settles, ahead),
    TURNS, st.none() | RECENT, st.sampled_from([0, 0, 0, 0, 0, 1]),
)  # fmt: skip
ACTS: st.SearchStrategy[Act] = st.one_of(
    COMMITS,
    COMMITS,
    COMMITS,
    st.builds(lambda n, at: lambda it: it.store.settle(it.recent(n), at, ("said",)), RECENT, MOMENTS),
    st.builds(lambda n, at: lambda it: it.store.postpone(it.recent(n), at), RECENT, MOMENTS),
    st.builds(lambda at, one: lambda it: it.store.claim(at, LEASE, flow_id=one, limit=3), MOMENTS, st.none() | FLOWS),
    st.builds(lambda one: lambda it: it.store.history(one, after=1), FLOWS),
    st.builds(lambda n: lambda it: it.store.number("case", it.recent(n)), RECENT),
    st.builds(lambda a, b: lambda it: it.store.forget(LATER, a, b), MOMENTS, MOMENTS),
    st.sampled_from([lambda it: it.store.next_due(), lambda it: it.store.forget_person(ALEX)]),
)


async def answers_of(store: Store, acts: list[Act]) -> list[object]:
    """What the store answered to each act, refusals included, and what it owes and remembers in the end."""
    walker, answers = Walker(store), list[object]()
    for act in acts:
        try:
            answers.append(await act(walker))
        except (StaleFlow, AlreadySeen, NotOwed) as refusal:
            answers.append(type(refusal))
    records = [record async for record in store.audit()]
    assert find_break(records) is None
    return [*answers, await store.claim(LATER, LEASE), without_aliases(records)]


def without_aliases(records: list[Record]) -> list[str]:
    """Aliases are random, so each stands as the number of its first appearance."""
    numbers: dict[str, int] = {}
    lines = []
    for record in records:
        before, _, after = record.line.partition('"who":"')
        alias, _, _ = after.partition('"')
        lines.append(f"{before} {numbers.setdefault(alias, len(numbers))}")
    return lines
