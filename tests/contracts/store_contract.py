"""Promises of the store that show only when turns meet: every store's suite inherits them, and walks beside the fake."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

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


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done to a store. `words` tells a failing walk what it was."""

    words: str
    do: Callable[[Store], Coroutine[object, object, object]]


async def _follow(store: Store, turn: Turn) -> object:
    """Most turns of a blind walk would be stale; this one is worked out from what is there."""
    saved = await store.load(turn.flow_id)
    return await store.commit(replace(turn, over=saved.version if saved else 0), LEASE)


FLOWS = st.sampled_from(["chat:1", "case:1"])
MOMENTS = st.sampled_from([NOW + timedelta(seconds=seconds) for seconds in (-5, 0, 1, 60, 61, 200)])
OWED_IDS = st.builds("{}/{}.{}".format, FLOWS, st.integers(1, 4), st.integers(0, 2))
OWINGS = st.builds(
    Owing,
    st.sampled_from(["say", "say", "deed", "wake:a", "wake:b"]),
    st.sampled_from(["body", "body", "body", None]),
    MOMENTS,
)
TURNS = st.builds(
    Turn,
    FLOWS,
    st.integers(0, 4),
    st.sampled_from(["{}", "[]"]),
    st.sampled_from("abcdefgh"),
    MOMENTS,
    st.lists(OWINGS, max_size=3).map(tuple),
    st.none() | OWED_IDS,
    st.lists(st.just("line"), max_size=2).map(tuple),
    st.lists(st.builds(Fact, st.just("x"), st.sampled_from([ALEX, SAM])), max_size=2).map(tuple),
)
ACTS = st.one_of(
    TURNS.map(lambda turn: Act(f"commit {turn}", lambda store: store.commit(turn, LEASE))),
    TURNS.map(lambda turn: Act(f"follow {turn}", partial(_follow, turn=turn))),
    st.tuples(OWED_IDS, MOMENTS).map(lambda it: Act(f"settle {it}", lambda store: store.settle(*it, ("said",)))),
    st.tuples(OWED_IDS, MOMENTS).map(lambda it: Act(f"postpone {it}", lambda store: store.postpone(*it))),
    MOMENTS.map(lambda at: Act(f"claim {at}", lambda store: store.claim(at, LEASE, limit=3))),
    st.tuples(MOMENTS, FLOWS).map(
        lambda it: Act(f"claim {it}", lambda store: store.claim(it[0], LEASE, flow_id=it[1]))
    ),
    st.just(Act("next_due", lambda store: store.next_due())),
    FLOWS.map(lambda flow_id: Act(f"history {flow_id}", lambda store: store.history(flow_id, after=1))),
    OWED_IDS.map(lambda owed_id: Act(f"number {owed_id}", lambda store: store.number("case", owed_id))),
    st.tuples(MOMENTS, MOMENTS).map(lambda it: Act(f"forget {it}", lambda store: store.forget(LATER, *it))),
    st.just(Act("forget alex", lambda store: store.forget_person(ALEX))),
)


async def answers_of(store: Store, acts: list[Act]) -> list[tuple[str, object]]:
    """What the store answered to each act, refusals included, and the audit it was left with."""
    answers: list[tuple[str, object]] = []
    for act in acts:
        try:
            answers.append((act.words, await act.do(store)))
        except (StaleFlow, AlreadySeen, NotOwed) as refusal:
            answers.append((act.words, type(refusal)))
    records = [record async for record in store.audit()]
    assert find_break(records) is None
    return [*answers, ("audit", without_aliases(records))]


def without_aliases(records: list[Record]) -> list[str]:
    """Aliases are random, so each stands as the number of its first appearance."""
    numbers: dict[str, int] = {}
    lines = []
    for record in records:
        before, _, after = record.line.partition('"who":"')
        alias, _, _ = after.partition('"')
        lines.append(f"{before} {numbers.setdefault(alias, len(numbers))}")
    return lines
