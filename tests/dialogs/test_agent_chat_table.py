"""An agent's own chat as a table: no words reach anybody but whoever is current, none is lost, each is said once and in its order."""

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest

from bot.agent_chat import (
    AtDesk,
    Away,
    CaseFollowed,
    CaseGot,
    CaseHanded,
    CaseHere,
    CaseLeft,
    CaseReminded,
    Deed,
    DoDeed,
    FindNext,
    InHand,
    LinesRead,
    NextFound,
    NotDone,
    Outgoing,
    PassedOn,
    PassOn,
    PersonGone,
    PictureCame,
    Pressed,
    ReadOn,
    TakeCase,
    Typed,
    WhyLeft,
    WordsCame,
    choice_of,
    pressed,
)  # fmt: skip
from bot.case_file import CaseClosed, CasePutBack, CaseTaken, Filed, PersonAdded, PersonLeft, case_of
from bot.case_following import step as case_step
from bot.case_merging import JoinAsked
from bot.domain.cases import Outcome, Taken
from bot.effects import GivenUp, Say, Tell, Woken
from bot.flow import run
from bot.wiring import codec
from dialogs.agents import flow
from dialogs.agents.flow import NOT_THEIRS
from dialogs.texts.catalogue import read_catalogue
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions
from tests.dialogs.test_case_table import CALLER, CASE, DANA, HELD, LEE

step: Any = flow.step
CODEC, WORDS = codec(), read_catalogue({"home": "https://sparekey.example.org"})
ME = DANA.id
KIM, ALEX = InHand(1001, "Kim Novak", "7"), InHand(1002, "Alex Rivera", "3")
IDLE = AtDesk(ME, "de")
WITH_KIM = AtDesk(ME, "de", (KIM,), 1001)
WITH_BOTH = AtDesk(ME, "de", (KIM, ALEX), 1001)
SENDING = replace(WITH_BOTH, outgoing=(Outgoing(1001, "hello"),))
SENDING_MORE = replace(WITH_BOTH, outgoing=(Outgoing(1001, "hello"), Outgoing(1002, "stay"), Outgoing(1001, "bye")))
READING = replace(WITH_BOTH, cases=(replace(KIM, reading=True), ALEX))
READING_MORE = replace(WITH_BOTH, cases=(replace(KIM, reading=True, more=True), ALEX))
READING_OTHER = replace(WITH_BOTH, cases=(KIM, replace(ALEX, reading=True)))
ANNOUNCED = replace(WITH_BOTH, cases=(KIM, replace(ALEX, announced=True)))
PAUSED = replace(WITH_BOTH, current=None)
STATES: list[Any] = [
    Away(), IDLE, WITH_KIM, WITH_BOTH, SENDING, SENDING_MORE, READING, READING_MORE, READING_OTHER, ANNOUNCED, PAUSED,
    replace(PAUSED, outgoing=(Outgoing(1001, "hello"),)),
]  # fmt: skip
HERE = [
    CaseHere(replace(CASE, number=number), p.NOW, pressed_for)
    for number in (1001, 1002, 1003)
    for pressed_for in (True, False)
]
WHYS = (
    "not_an_agent",
    "blocked",
    "unknown",
    "taken",
    "not_yours",
    "no_case",
    "own_case",
    "no_chat",
    "no_words",
    "left",
)
EVENTS: list[Any] = [
    *(Pressed(ME, "en", deed, number) for deed in get_args(Deed) for number in (1001, 1002, 1003)),
    *(Pressed(ME, "en", "close", 1001, outcome) for outcome in get_args(Outcome)),
    Typed("look at the screen"), Typed("", had_key=False), Typed("is it …?", had_key=True),
    *HERE, CaseHere(replace(CALLER, number=1004), p.NOW), CaseHanded(1001, "Lee Tanaka"), CaseHanded(1003, "Lee Tanaka"),
    *(CaseLeft(number, why, "Lee Tanaka") for number in (1001, 1003) for why in get_args(WhyLeft)),
    *(WordsCame(number) for number in (1001, 1002, 1003)), *(CaseReminded(number) for number in (1001, 1002, 1003)),
    PersonGone(1001), PersonGone(1003), PictureCame(1001), PictureCame(1002), PictureCame(1003), CaseGot(1003), NextFound(1003), NextFound(None), PassedOn(1001),
    LinesRead(1001, ("a", "b"), "9", "7"), LinesRead(1001, (), "9", "7"), LinesRead(1002, ("c",), "5", "3"), LinesRead(1003, ("d",), "5", ""),
    LinesRead(1001, ("a", "b"), "9", "5"), CaseLeft(1001, "merged", "1002"), CaseLeft(1002, "merged", "1001"),
    *(NotDone(what, 1001, why, "Lee Tanaka") for what in ("take", "next", "say", "read", "do") for why in WHYS),
    *(GivenUp(one) for one in ("PassOn", "ReadOn", "TakeCase", "FindNext", "DoDeed", "else")), Woken("read"), Woken("else"),
]  # fmt: skip


def name(state: Any) -> str:
    if isinstance(state, Away):
        return "Away"
    marks = [
        f"{len(state.cases)} cases",
        "nobody current" if state.current is None else f"{state.current} current",
        *(["sending"] if state.outgoing else []),
        *(["reading"] if any(case.reading for case in state.cases) else []),
    ]
    return f"AtDesk ({', '.join(marks)})"


def of(kind: type, step: Any) -> list[Any]:
    return [one for one in step.effects if isinstance(one, kind)]


@pytest.mark.parametrize(("state", "event"), list(product(STATES, EVENTS)), ids=str)
def test_in_no_state_does_anything_go_astray(state: Any, event: Any) -> None:
    taken = step(state, event)

    assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
    for effect in taken.effects:
        assert CODEC.decode(CODEC.encode(effect), object) == effect
    for say in of(Say, taken):
        assert say.language == taken.state.language
        for text, facts in ((say.text, say.facts), *((one.text, one.facts) for one in say.choices)):
            if text != "agents.case":
                assert WORDS.blanks(text) <= set(facts), text
    if isinstance(taken.state, Away):
        assert not taken.effects
        return
    before: Any = state if isinstance(state, AtDesk) else AtDesk(ME, "en")
    assert taken.state.current is None or taken.state.case(taken.state.current)
    assert len({case.number for case in taken.state.cases}) == len(taken.state.cases)
    # what is sent: one at a time, of whoever was current when it was typed, and nobody is forgotten
    sent = of(PassOn, taken)
    assert len(sent) <= 1
    for one in sent:
        assert (one.number, one.text) == (taken.state.outgoing[0].number, taken.state.outgoing[0].text)
    if isinstance(event, Typed) and before.current and event.text:
        assert taken.state.outgoing == (*before.outgoing, Outgoing(before.current, event.text))
    else:
        assert taken.state.outgoing in (before.outgoing, before.outgoing[1:])
    # what is read: only of whoever has the floor, and each line once
    for reading in of(ReadOn, taken):
        assert reading.number == taken.state.current
        assert reading.after == taken.state.case(reading.number).read
    for said in (say for say in of(Say, taken) if say.text == "agents.person_said"):
        assert said.facts["case"] == str(before.current)
        assert said.facts["name"] == before.case(before.current).name
    # nothing leads to a key from here
    assert {type(one).__name__ for one in taken.effects} <= {
        "Say", "Tell", "Wake", "TakeCase", "FindNext", "PassOn", "ReadOn", "DoDeed"
    }  # fmt: skip
    assert not taken.facts


def test_the_chat_goes_the_ways_that_are_drawn() -> None:
    assert_golden("agent_chat.txt", transitions(step, STATES, EVENTS, name))


def test_of_a_picture_the_agent_hears_whose_it_is_whoever_has_the_floor() -> None:
    (current,), (other,) = (of(Say, step(WITH_BOTH, PictureCame(number))) for number in (1001, 1002))

    assert (current.text, current.facts["case"], other.facts["name"]) == ("agents.picture", "1001", "Alex Rivera")
    assert step(WITH_BOTH, PictureCame(1003)).effects == ()


@pytest.mark.parametrize("state", [IDLE, PAUSED])
def test_a_case_that_a_colleague_hands_over_takes_the_floor_from_nobody_not_even_from_the_bot(state: Any) -> None:
    handed = step(state, CaseHere(replace(CASE, number=1003), p.NOW))
    taken = step(state, CaseHere(replace(CASE, number=1003), p.NOW, pressed_for=True))

    assert handed.state.current is None
    assert handed.state.case(1003)
    assert taken.state.current == 1003


def test_what_is_typed_quickly_goes_out_one_after_the_other() -> None:
    typed = run(step, WITH_BOTH, [Typed("one"), Pressed(ME, "de", "talk", 1002), Typed("two"), Typed("three")])
    sent = run(step, typed.state, [PassedOn(1001), PassedOn(1002), PassedOn(1002)])

    assert [(one.number, one.text) for one in (*of(PassOn, typed), *of(PassOn, sent))] == [
        (1001, "one"),
        (1002, "two"),
        (1002, "three"),
    ]
    assert sent.state.outgoing == ()


@pytest.mark.parametrize("failed", [NotDone("say", 1001, "left"), GivenUp("PassOn")])
def test_words_that_do_not_arrive_are_given_back_and_the_next_ones_go(failed: Any) -> None:
    taken = step(SENDING_MORE, failed)

    assert of(Say, taken)[0] == Say("agents.not_sent", {"text": "hello"}, language="de")
    assert of(PassOn, taken) == [PassOn(ME, 1002, "stay")]


def test_words_typed_when_the_case_had_just_ended_go_to_nobody_and_the_agent_reads_so() -> None:
    ended = step(WITH_BOTH, CaseLeft(1001, "closed", "Lee Tanaka"))
    typed = step(ended.state, Typed("I will be right back"))

    assert ended.state.current is None
    assert of(PassOn, typed) == []
    assert [say.text for say in of(Say, typed)] == ["agents.to_nobody"]


def test_what_comes_while_it_is_being_read_is_read_after_it() -> None:
    came = step(READING, WordsCame(1001))
    read = step(came.state, LinesRead(1001, ("a",), "8", "7"))

    assert of(ReadOn, came) == []
    assert of(ReadOn, read) == [ReadOn(ME, 1001, "8")]


def test_lines_of_somebody_who_has_lost_the_floor_meanwhile_wait_until_they_have_it() -> None:
    switched = step(READING, Pressed(ME, "de", "talk", 1002))
    read = step(switched.state, LinesRead(1001, ("a",), "9", "7"))
    back = step(read.state, Pressed(ME, "de", "talk", 1001))

    assert [say.text for say in of(Say, read)] == ["agents.wrote"]
    assert of(ReadOn, back) == [ReadOn(ME, 1001, "7")]


def test_what_was_read_of_a_case_that_was_merged_counts_as_read_in_the_one_it_goes_on_in() -> None:
    merged = step(WITH_BOTH, CaseLeft(1002, "merged", "1001"))
    elsewhere = step(WITH_BOTH, CaseLeft(1002, "merged", "1003"))
    closed = step(WITH_BOTH, CaseLeft(1002, "closed", "1001"))

    assert of(ReadOn, step(merged.state, WordsCame(1001))) == [ReadOn(ME, 1001, "7,3")]
    assert elsewhere.state.cases == closed.state.cases == (KIM,)


def test_what_was_being_read_when_a_case_was_merged_into_it_is_read_anew() -> None:
    merged = run(step, READING, [CaseLeft(1002, "merged", "1001"), WordsCame(1001)])
    stale = step(merged.state, LinesRead(1001, ("a", "read in 1002"), "9", "7"))
    read = step(stale.state, LinesRead(1001, ("a",), "9", "7,3"))

    assert stale.effects == (ReadOn(ME, 1001, "7,3"),)
    assert [say.facts["text"] for say in of(Say, read)] == ["a"]
    assert read.state.case(1001) == replace(KIM, read="9")


def test_a_followed_case_that_is_merged_says_so_before_it_goes() -> None:
    gone = case_step(FOLLOWED, JoinAsked(1001, 1002, p.ALEX, DANA, p.NOW))

    names = [type(one.event).__name__ for one in gone.effects if isinstance(one, Tell)]
    assert names.index("CaseLeft") < names.index("CaseJoined")


def test_somebody_who_waits_is_announced_once() -> None:
    wrote = run(step, WITH_BOTH, [WordsCame(1002), WordsCame(1002)])

    assert [say.text for say in of(Say, wrote)] == ["agents.wrote"]


@pytest.mark.parametrize("why", NOT_THEIRS)
def test_a_chat_that_is_not_sure_asks_the_case_how_it_stands(why: str) -> None:
    for what in ("say", "read", "do"):
        taken = step(SENDING, NotDone(what, 1001, why))

        assert Tell(case_of(1001), CaseFollowed(ME)) in taken.effects


@pytest.mark.parametrize("why", ["not_an_agent", "blocked"])
@pytest.mark.parametrize("what", ["say", "read", "take", "do", "next"])
def test_whoever_is_no_agent_any_more_talks_with_nobody(what: Any, why: str) -> None:
    taken = step(SENDING_MORE, NotDone(what, 1001, why))

    assert (taken.state.cases, taken.state.current) == ((), None)


def test_if_somebody_was_faster_the_next_one_is_looked_for() -> None:
    assert step(IDLE, NextFound(1003)).effects == (TakeCase(ME, 1003, in_turn=True),)
    assert step(IDLE, NotDone("next", 1003, "taken", "Lee")).effects == (FindNext(ME),)


# the case


FOLLOWED = replace(HELD, followed=True)


def told(step: Any) -> list[Any]:
    return [one.event for one in step.effects if isinstance(one, Tell) and one.flow_id.startswith("agent_chat:")]


def test_a_case_is_followed_by_whoever_has_it_and_by_nobody_else() -> None:
    mine, theirs = case_step(HELD, CaseFollowed(DANA.id)), case_step(HELD, CaseFollowed(LEE.id))

    assert isinstance(mine.state, Filed)
    assert mine.state.followed
    assert told(mine) == [CaseHere(CASE, p.NOW)]
    assert theirs.state == HELD
    assert told(theirs) == [CaseLeft(1001, "handed", "Dana Fischer")]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (PersonAdded("room 4"), [WordsCame(1001)]),
        (PersonLeft(), [PersonGone(1001)]),
        (CasePutBack(DANA), [CaseLeft(1001, "back")]),
        (CasePutBack(LEE), []),
        (JoinAsked(1001, 1002, p.ALEX, DANA, p.NOW), [CaseLeft(1001, "merged", "1002")]),
        (CaseClosed(DANA, p.NOW, "solved"), [CaseLeft(1001, "closed", "Dana Fischer")]),
        (CaseTaken(LEE, p.NOW), []),
    ],
    ids=str,
)
def test_a_followed_case_tells_what_happens_to_it_and_another_tells_nothing(event: Any, expected: list[Any]) -> None:
    assert told(case_step(FOLLOWED, event)) == expected
    assert told(case_step(HELD, event)) == []


def test_a_silent_agent_is_reminded_and_told_when_the_case_goes_back() -> None:
    asked = replace(FOLLOWED, answer_due=True)

    reminded = case_step(asked, Woken("silent"))
    returned = case_step(reminded.state, Woken("silent"))

    assert told(reminded) == [CaseReminded(1001)]
    assert told(returned) == [CaseLeft(1001, "returned")]
    assert isinstance(returned.state, Filed)
    assert not returned.state.followed


def test_whoever_takes_it_next_is_not_followed_by_the_last_ones_chat() -> None:
    back = case_step(FOLLOWED, CasePutBack(DANA))
    taken = case_step(back.state, CaseTaken(LEE, p.NOW))

    assert isinstance(taken.state, Filed)
    assert isinstance(taken.state.stage, Taken)
    assert told(case_step(taken.state, PersonAdded("hello"))) == []


# the buttons


@pytest.mark.parametrize("deed", get_args(Deed))
def test_a_button_says_what_it_said(deed: Deed) -> None:
    number = 0 if deed in ("next", "pause") else 1001
    assert pressed(choice_of(deed, number), ME, "en") == Pressed(ME, "en", deed, number)
    assert pressed(choice_of("close", 1001, "solved"), ME, "en") == Pressed(ME, "en", "close", 1001, "solved")


@pytest.mark.parametrize(
    "choice",
    [
        "", "desk:", "desk:take", "desk:take:", "desk:take:x", "desk:take:-1", "desk:take:1 ", "desk:take:٣", "desk:take:1234567890",
        "desk:take:1:solved", "desk:close:1:else", "desk:release:1001", "desk:thaw:1001", "desk:take:1001:", "take:1001", "windows",
        "desk:close:1001:solved:more", "desk:talk", "desk:next:x", "desk:take:01001", "desk:next:1001", "desk:pause:1001", "desk:take:1001desk:", "take", "desk:desk:take:1001",
    ],
)  # fmt: skip
def test_a_button_that_is_none_of_ours_means_nothing(choice: str) -> None:
    assert pressed(choice, ME, "en") is None


def test_what_the_deeds_are_owed_for_is_the_agent_who_pressed() -> None:
    assert step(WITH_BOTH, Pressed(ME, "de", "close", 1001, "solved")).effects == (DoDeed(ME, 1001, "close", "solved"),)
