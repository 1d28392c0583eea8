from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any, get_args

import pytest

from bot import limits, news, standing
from bot.case_file import OpenCase, PersonAdded
from bot.case_pictures import PictureAdded
from bot.case_wish import NoteWish
from bot.challenge import MakeChallenge, OfferCandidate, Voided
from bot.domain.cases import Instead, Learnt
from bot.domain.devices import Findings
from bot.domain.hours import When
from bot.domain.speech import Heard, Opened, Unfit
from bot.effects import GivenUp, LetSleep, Say, Tell, Wake, Woken
from bot.finding import FindKeys, KeysFound, TooManyLookUps
from bot.flow import Step
from bot.queue import FindPlace
from bot.wiring import codec
from dialogs import rating
from dialogs.conversation import Conversation
from dialogs.guidance import states as g
from dialogs.handoff import states as h
from dialogs.reception import states as c
from dialogs.recovery import states as r
from dialogs.recovery.choices import HUMAN as HUMAN_BUTTON
from dialogs.silence import is_waiting
from dialogs.talk import Talk
from dialogs.texts.catalogue import read_catalogue
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions

ON_MONDAY = news.Opening("monday", "2026-11-23", "08:00", "Berlin")
FIRST, SECOND = news.Waiting(1, "open"), news.Waiting(2, "closed", ON_MONDAY)
OF_TEAM = news.Waiting(1, "open", team="Macs")
NOBODY_THERE = news.Waiting(None, "closed")
FLOORS: list[Any] = [
    c.Receiving(), r.AskingPlatform(), r.AskingKeyId(), r.AskingKeyId(2, hinted=True),
    r.Looking("windows", p.TYPED), r.Looking("windows", p.NEAR), r.Looking("windows", p.NEAR, 1, confirmed=True),
    r.Looking("windows", p.AMBIGUOUS), r.Looking("windows", p.UNKNOWN), r.Looking("windows", p.UNKNOWN, 2), r.Looking("mac"),
    r.AskingMoreDigits(p.NEAR, 0), r.PickingDevice((p.MAC, p.MAC_TWO)), r.MakingLink(p.TARGET), r.Proving(p.TARGET, "c1"),
    r.Proving(p.RELEASED, "c1"), r.AskingOutcome(p.RELEASED, "c1"),
    r.Proving(p.TARGET, "c1", live=False), r.Proving(p.TARGET, "c1", approval=True), r.AskingOutcome(p.TARGET, "c1"), r.AskingOutcome(p.TARGET, "c1", 3),
    r.AskingOutcome(p.TARGET, "c1", live=False), r.AskingOutcome(p.LAST, "c1"), r.AskingOutcome(p.LAST, "c1", shown=False),
    r.Solved("LAPTOP-ALEX"), g.Searching(), g.Searching(5), g.SearchedAll(), g.FoundByThemselves(),
    h.OpeningCase("asked"), h.HandedOff("asked", 1001), h.HandedOff("asked", 1001, answered=True),
    h.HandedOff("asked", 1001, wish="call_back"), h.HandedOff("asked", 1001, wish="not_waiting"),
]  # fmt: skip
WORDS = [
    "hello", "windows", "mac", "4A7C2E1F", "8D70", "it worked", "it did not work", "new link", "where is the key id", "my private computer",
    "agent", "my laptop was stolen", "this is not my account", "start again", "thanks", "blue cheese", "my laptop is locked", "how long does it take?",
    "good", "not good", "the colleague was kind", "please call me back", "I can't wait here", "I'll wait",
]  # fmt: skip
CHOICES = ["windows", "mac", "private", "human", "lost", "not_me", "restart", "worked", "did_not_work", "new_link", "no_key_id",
           "found_it", "not_there", "change_key", "rate_good", "rate_bad", "call_back", "not_waiting", "waiting", "device:MAC", "device:NOBODY", "no such button"]  # fmt: skip
HEARD: list[Any] = [Heard(text) for text in WORDS] + [Heard(choice=choice) for choice in CHOICES]
HEARD += [Heard(photo=True), Heard("it looks like this", photo=True), Heard("[••••]", had_key=True)]
HEARD += [
    Heard(photo=True, shown=1),
    Heard("like this", photo=True, shown=2, unfit="many"),
    Heard(photo=True, unfit="kind"),
]
NEWS: list[Any] = [
    KeysFound(Findings((p.LAPTOP,))), KeysFound(Findings((p.LAPTOP,)), elsewhere=True), KeysFound(Findings((p.BARE,))), KeysFound(Findings()),
    KeysFound(Findings(silent=("vault",))), KeysFound(Findings((p.MAC,))), KeysFound(Findings((p.MAC, p.MAC_TWO))), TooManyLookUps(),
    news.ChallengeReady("c1", "42"), news.ChallengeRefused("limit"), news.ChallengeRefused("frozen"), news.ChallengeRefused("denied"), news.ChallengeRefused("insisted_today"), news.LinkExpired("c1"),
    news.LinkExpired("c0"), news.LinkVoided("c1", "signed_out"), news.LinkVoided("c1", "denied"), news.LinkVoided("c1", "insisted"), news.Proved("c1"), news.NotProved("c1"), news.NotProved("c0"), news.SomebodyInsists("c1"),
    news.ApprovalAsked("c1"), news.ApprovalAsked("c0"), news.ApprovalDenied("c1"),
    news.KeyShown("c1", p.CURRENT.key_ref), news.KeyShown("c1", p.OLDER.key_ref), news.KeyShown("c0", p.CURRENT.key_ref),
    news.KeyDamaged("c1", p.CURRENT.key_ref), news.KeyOutOfReach("c1", "vault"), news.ComputerChangedHands("c1"), news.ComputerChangedHands("c0"), news.OutcomeGiven("c1", worked=True),
    news.OutcomeGiven("c1", worked=False), news.OutcomeGiven("c0", worked=True), news.GrantEnded("c1"), news.KeyChanged("LAPTOP-ALEX"),
    news.KeyChangeImpossible("LAPTOP-ALEX"), news.CaseOpened(1001), Woken("silence"), Woken("open_case"), GivenUp("FindKeys"),
    news.CaseTaken(1001, "Dana Fischer"), news.CaseTaken(1002, "Dana Fischer"), news.CasePutBack(1001), news.CasePutBack(1002),
    news.CaseLate(1001), news.CaseLate(1002), news.CaseReturned(1001, "Dana Fischer"), news.CaseReturned(1002, "Dana Fischer"),
    news.CaseHandedOver(1001, "Lee Tanaka"), news.CaseHandedOver(1002, "Lee Tanaka"),
    news.CaseToTeam(1001, "Macs"), news.CaseToTeam(1002, "Macs"), news.CaseOpened(1001, waiting=OF_TEAM),
    news.CaseReopened(1001, "Lee Tanaka"), news.CaseReopened(1002, "Lee Tanaka"),
    news.CaseMerged(1001, 1000, "Lee Tanaka"), news.CaseMerged(1001, 1000), news.CaseMerged(1002, 1000, "Lee Tanaka"),
    news.CaseClosed(1001, solved=True, chat="chat:1"), news.CaseClosed(1001, solved=True, chat="teams:2"),
    news.AgentSaid(1001, "Dana Fischer", "Hello"), news.AgentSaid(1002, "Lee Tanaka", "Hello"),
    news.PlaceFound(1001, FIRST), news.PlaceFound(1001, SECOND), news.PlaceFound(1001, NOBODY_THERE), news.PlaceFound(1002, FIRST), GivenUp("FindPlace"),
    news.CaseOpened(1001, waiting=SECOND),
    news.CaseClosed(1001, solved=True), news.CaseClosed(1001, solved=False), news.CaseClosed(1002, solved=True),
    news.ReleaseEnded(1001), news.ReleaseEnded(1002), news.Released(p.VOUCHED, p.LAPTOP, p.CURRENT.key_ref), news.Released(p.VOUCHED_OTHER, p.LAPTOP, p.CURRENT.key_ref),
    GivenUp("OpenCase"), Opened("chat:1", p.WHO, "webchat", "en"),
]  # fmt: skip
STATES: list[Any] = [c.Unopened(), *(Talk("chat:1", p.WHO, "webchat", "en", floor, Learnt()) for floor in FLOORS)]
DISOWNED = [Talk("chat:1", p.WHO, "webchat", "en", floor, Learnt(), disowned=True) for floor in (
    c.Left(), h.OpeningCase("disowned"), h.HandedOff("disowned", 1001))]  # fmt: skip
STATES += DISOWNED
STATES += [Talk("chat:1", p.WHO, "webchat", "en", r.Solved("LAPTOP-ALEX"), Learnt(), rated=asked) for asked in (
    rating.Asked("bot"), rating.Given())]  # fmt: skip
STATES += [Talk("chat:1", p.WHO, "webchat", "en", c.Receiving(), Learnt(), rated=asked) for asked in (
    rating.Asked("human", 1001), rating.Given(1001))]  # fmt: skip
STATES.append(Talk("chat:1", p.WHO, "webchat", "de", r.AskingKeyId(), Learnt(), nudged=True))
HUMAN = h.WithHuman(1001, "Dana Fischer")
HELD = [Talk("chat:1", p.WHO, "webchat", "en", floor, Learnt(), human=HUMAN) for floor in (
    c.Receiving(), r.AskingKeyId(), r.Looking("windows", p.TYPED), r.Proving(p.RELEASED, "c1"), r.AskingOutcome(p.RELEASED, "c1"),
    g.Searching(), h.HandedOff("asked", 1001), h.HandedOff("asked", 1002), h.HandedOff("asked", 1001, wish="call_back"))]  # fmt: skip
STEP = Conversation().step
CODEC = codec()
WORDS_OF = read_catalogue({"home": "https://x"})


def name(state: Any) -> str:
    return type(state.floor if isinstance(state, Talk) else state).__name__


def place(state: Any) -> str:
    """Where the conversation is, and whether a human has it."""
    return name(state) + ("/human" if isinstance(state, Talk) and state.human else "")


@pytest.mark.parametrize("state", STATES + HELD, ids=place)
def test_every_event_in_every_state_keeps_the_promises(state: Any) -> None:
    for event in (*HEARD, *NEWS):
        taken = STEP(state, event)
        does = [type(effect) for effect in taken.effects]

        assert CODEC.decode(CODEC.encode(taken.state), object) == taken.state
        for effect in taken.effects:
            assert CODEC.decode(CODEC.encode(effect), object) == effect
        is_for_a_human = isinstance(state, Talk) and state.floor == h.HandedOff("asked", 1001, answered=True)
        if isinstance(event, Heard) and isinstance(state, Talk) and not is_for_a_human:
            assert taken.effects, (event, "was answered with nothing")
        if MakeChallenge in does:
            assert name(taken.state) == "MakingLink"
        if FindKeys in does:
            assert name(taken.state) == "Looking"
        if OfferCandidate in does:
            assert name(state) in ("AskingOutcome", "Proving")
        if name(taken.state) == "OpeningCase" != name(state):
            assert OpenCase in does
        assert name(taken.state) != "Stuck"


@pytest.mark.parametrize(
    ("state", "event"), list(product(STATES[1:], [Heard("agent"), Heard(choice="human")])), ids=str
)
def test_a_human_is_one_step_away_in_every_state(state: Talk, event: Heard) -> None:
    taken = STEP(state, event)

    assert name(taken.state) in ("OpeningCase", "HandedOff")


@pytest.mark.parametrize("state", STATES[1:], ids=name)
def test_a_stolen_computer_freezes_in_every_state(state: Talk) -> None:
    taken = STEP(state, Heard("my laptop was stolen"))

    assert name(taken.state) == "OpeningCase"
    assert any("Frozen" in repr(effect) for effect in taken.effects)
    assert [effect.urgency for effect in taken.effects if isinstance(effect, OpenCase)] == ["urgent"]


@pytest.mark.parametrize("state", STATES[1:], ids=name)
def test_a_denied_approval_alarms_the_desk_in_every_state(state: Talk) -> None:
    taken = STEP(state, news.ApprovalDenied("c1"))

    assert name(taken.state) == "OpeningCase"
    assert [effect.urgency for effect in taken.effects if isinstance(effect, OpenCase)] == ["urgent"]


def beside_a_link(*, taken: bool = False) -> Talk:
    """Somebody who has a link, and asked for a human all the same."""
    proves = Talk("chat:1", p.WHO, "webchat", "en", r.Proving(p.TARGET, "c1"), Learnt())
    asked = STEP(proves, Heard(choice="human"))
    assert isinstance(asked.state, Talk)
    assert not [one for one in asked.effects if isinstance(one, Tell)], "the link stays good"
    waits = STEP(asked.state, news.CaseOpened(1001, asked.state.openings)).state
    waits = STEP(waits, news.CaseTaken(1001, "Dana Fischer")).state if taken else waits
    assert isinstance(waits, Talk)
    return waits


@pytest.mark.parametrize("event", [news.SomebodyInsists("c1"), news.ComputerChangedHands("c1")], ids=str)
@pytest.mark.parametrize("before", [beside_a_link(), beside_a_link(taken=True)], ids=place)
def test_what_the_page_says_to_whoever_has_a_case_is_told_to_that_case(event: Any, before: Talk) -> None:
    told = STEP(before, event)

    assert Tell("case:1001", event) in told.effects
    assert not any(isinstance(effect, OpenCase) for effect in told.effects), "they have a case already"
    assert isinstance(told.state, Talk)
    assert told.state.human == before.human
    assert said(told) == ["handoff.insisted" if isinstance(event, news.SomebodyInsists) else "handoff.changed_hands"]


@pytest.mark.parametrize("taken", [False, True], ids=["waits", "has a human"])
@pytest.mark.parametrize("choice", ["not_me", "restart"])
@pytest.mark.parametrize("channel", ["webchat", "teams"])
def test_a_link_ends_with_the_conversation_also_once_a_human_was_asked_for(
    channel: Any, choice: str, *, taken: bool
) -> None:
    waits = replace(beside_a_link(taken=taken), channel=channel)

    ended = STEP(waits, Heard(choice=choice))

    assert Tell("challenge:c1", Voided("replaced")) in ended.effects
    assert isinstance(ended.state, Talk)
    assert ended.state.link is None


def test_a_link_is_not_forgotten_when_the_case_beside_it_is_closed() -> None:
    closed = STEP(beside_a_link(taken=True), news.CaseClosed(1001, solved=True))

    assert Tell("challenge:c1", Voided("replaced")) in STEP(closed.state, Heard(choice="not_me")).effects


def test_a_newer_link_ends_the_one_that_no_dialog_speaks_of() -> None:
    waits = replace(beside_a_link(), floor=r.MakingLink(p.TARGET))

    made = STEP(waits, news.ChallengeReady("c2", "42"))

    assert Tell("challenge:c1", Voided("replaced")) in made.effects
    assert isinstance(made.state, Talk)
    assert made.state.link is None
    assert STEP(made.state, Heard(choice="not_me")).effects[0] == Tell("challenge:c2", Voided("replaced"))


def test_a_link_that_may_rest_on_agents_words_ends_with_them_whatever_has_the_floor() -> None:
    proves = Talk("chat:1", p.WHO, "webchat", "en", r.Proving(p.RELEASED, "c1"), Learnt())
    asked = STEP(proves, Heard(choice="human"))

    assert Tell("challenge:c1", Voided("replaced")) in STEP(asked.state, news.ReleaseEnded(1001)).effects


def test_of_two_cases_the_one_that_somebody_has_hears_that_they_are_told_what_to_do() -> None:
    told = STEP(replace(HELD[0], floor=h.HandedOff("asked", 1002)), news.SomebodyInsists("c1"))

    assert [one.flow_id for one in told.effects if isinstance(one, Tell)] == ["case:1001"]


@pytest.mark.parametrize("state", STATES[1:] + HELD, ids=place)
def test_somebody_who_insists_alarms_the_desk_in_every_state(state: Talk) -> None:
    told = STEP(state, news.SomebodyInsists("c1"))

    opened = [effect.urgency for effect in told.effects if isinstance(effect, OpenCase)]
    cases = [one for one in told.effects if isinstance(one, Tell) and one.event == news.SomebodyInsists("c1")]
    assert opened == ["urgent"] or len(cases) == 1
    assert name(told.state) in ("OpeningCase", "HandedOff")


@pytest.mark.parametrize("state", DISOWNED, ids=name)
def test_whoever_said_that_the_account_is_not_theirs_has_a_human_and_nothing_else(state: Talk) -> None:
    for event in (*HEARD, *NEWS):
        taken = STEP(state, event)

        assert name(taken.state) in ("Left", "OpeningCase", "HandedOff"), event
        assert taken.state.disowned, event  # type: ignore[union-attr]
        assert not {FindKeys, MakeChallenge} & {type(effect) for effect in taken.effects}, event
        for effect in taken.effects:
            if isinstance(effect, Say) and effect.text == "reception.left":
                assert effect.choices == (HUMAN_BUTTON,)


def test_nobody_is_asked_whether_they_are_there_while_somebody_else_approves() -> None:
    talk = Talk("chat:1", p.WHO, "webchat", "en", r.Proving(p.TARGET, "c1"), Learnt())

    asked = STEP(talk, news.ApprovalAsked("c1"))
    again = STEP(asked.state, Heard("are you there?"))
    over = STEP(asked.state, news.LinkExpired("c1"))

    assert LetSleep("silence") in asked.effects
    assert not [effect for effect in again.effects if isinstance(effect, Wake)]
    assert [effect.name for effect in over.effects if isinstance(effect, Wake)] == ["silence"]


@pytest.mark.parametrize("state", STATES + HELD, ids=place)
def test_every_sentence_that_is_said_stands_in_the_catalogue_with_its_blanks_filled(state: Any) -> None:
    for event in (*HEARD, *NEWS):
        for effect in STEP(state, event).effects:
            if isinstance(effect, Say):
                assert WORDS_OF.blanks(effect.text) <= effect.facts.keys() | {"home"}, effect
                for choice in effect.choices:
                    assert WORDS_OF.blanks(choice.text) <= choice.facts.keys()


@pytest.mark.parametrize("state", STATES[1:], ids=name)
def test_news_of_a_link_that_was_replaced_changes_nothing(state: Talk) -> None:
    for event in (news.LinkExpired("c0"), news.NotProved("c0"), news.OutcomeGiven("c0", worked=True)):
        taken = STEP(state, event)

        assert name(taken.state) == name(state)


def test_the_person_is_spoken_to_in_their_language() -> None:
    taken = STEP(STATES[-1], Heard("4A7C2E1F"))

    assert {effect.language for effect in taken.effects if isinstance(effect, Say)} == {"de"}


@pytest.mark.parametrize(
    ("waiting", "says"),
    [
        (news.Waiting(), []),
        (news.Waiting(1), ["place.next"]),
        (news.Waiting(3), ["place.number"]),
        (FIRST, ["place.next_open"]),
        (news.Waiting(3, "open"), ["place.number_open"]),
        (SECOND, ["opens.monday", "place.number_then"]),
        (NOBODY_THERE, ["opens.unknown"]),
        *((news.Waiting(None, "closed", replace(ON_MONDAY, day=day)), [f"opens.{day}"]) for day in get_args(When)),
    ],
)
def test_who_waits_is_told_what_is_known_and_nothing_else(waiting: news.Waiting, says: list[str]) -> None:
    talk = Talk("chat:1", p.WHO, "webchat", "en", h.HandedOff("asked", 1001), Learnt())

    told = [one for one in STEP(talk, news.PlaceFound(1001, waiting)).effects if isinstance(one, Say)]

    assert [one.text for one in told] == [f"handoff.{text}" for text in says]
    for one in told:
        assert WORDS_OF.blanks(one.text) <= one.facts.keys()
    assert all(one.choices for one in told[-1:])


def waiting(wish: Instead | None = None) -> Talk:
    return Talk("chat:1", p.WHO, "webchat", "en", h.HandedOff("asked", 1001, wish=wish), Learnt())


def said(step: Step[Any, Any]) -> list[str]:
    return [one.text for one in step.effects if isinstance(one, Say)]


@pytest.mark.parametrize(
    ("stands", "is_offered"),
    [(FIRST, False), (news.Waiting(4, "open"), False), (news.Waiting(5, "open"), True), (SECOND, True), (NOBODY_THERE, True), (news.Waiting(), False)],
)  # fmt: skip
def test_whoever_would_wait_long_is_offered_not_to(stands: news.Waiting, *, is_offered: bool) -> None:
    opening = Talk("chat:1", p.WHO, "webchat", "en", h.OpeningCase("asked"), Learnt())

    opened = STEP(opening, news.CaseOpened(1001, waiting=stands))
    placed = STEP(waiting(), news.PlaceFound(1001, stands))

    assert ("handoff.instead.offer" in said(opened)) is is_offered
    for step in (opened, placed):
        buttons = {choice.id for one in step.effects if isinstance(one, Say) for choice in one.choices}
        assert ({"call_back", "not_waiting"} <= buttons) is is_offered


@pytest.mark.parametrize(
    ("before", "heard", "after"),
    [
        (None, Heard(choice="call_back"), "call_back"),
        (None, Heard(choice="not_waiting"), "not_waiting"),
        (None, Heard("Please call me back!"), "call_back"),
        (None, Heard("I can't wait here, give me a call"), "call_back"),
        (None, Heard("Rufen Sie mich bitte zurück"), "call_back"),
        (None, Heard("können Sie mich anrufen?"), "call_back"),
        (None, Heard("I won't wait"), "not_waiting"),
        (None, Heard("please make it a ticket"), "not_waiting"),
        (None, Heard("Ich kann hier nicht so lange warten"), "not_waiting"),
        (None, Heard("don't call me"), None),
        (None, Heard("Rufen Sie mich bitte nicht an"), None),
        (None, Heard("ok, I'll wait"), None),
        ("call_back", Heard(choice="not_waiting"), "not_waiting"),
        ("call_back", Heard(choice="waiting"), None),
        ("call_back", Heard("I'll wait after all"), None),
        ("not_waiting", Heard("ich warte doch"), None),
        ("call_back", Heard("I am in room 4"), "call_back"),
    ],
    ids=str,
)
def test_what_people_want_instead_of_waiting_is_understood_and_owed_once(
    before: Instead | None, heard: Heard, after: Instead | None
) -> None:
    step = STEP(waiting(before), heard)

    assert isinstance(step.state, Talk)
    assert isinstance(step.state.floor, h.HandedOff)
    assert step.state.floor.wish == after
    assert [one for one in step.effects if isinstance(one, NoteWish)] == (
        [NoteWish(1001, after)] if after != before else []
    )
    assert bool(heard.text) is any(isinstance(one, Tell) for one in step.effects)
    again = STEP(step.state, heard)
    assert not [one for one in again.effects if isinstance(one, NoteWish)]


@pytest.mark.parametrize("human", [HUMAN, None])
def test_whoever_goes_to_another_team_hears_which_and_where_they_stand_there(human: h.WithHuman | None) -> None:
    talk = replace(waiting(), human=human)

    moved = STEP(talk, news.CaseToTeam(1001, "Macs"))

    assert isinstance(moved.state, Talk)
    assert moved.state.human is None
    assert moved.effects == (Say("handoff.to_team", {"case": "1001", "team": "Macs"}), FindPlace(1001))
    assert STEP(talk, news.CaseToTeam(1002, "Macs")) == Step(talk)


def test_a_team_is_named_where_there_are_several() -> None:
    opening = Talk("chat:1", p.WHO, "webchat", "en", h.OpeningCase("asked"), Learnt())

    assert Say("handoff.team", {"team": "Macs"}) in STEP(opening, news.CaseOpened(1001, waiting=OF_TEAM)).effects
    assert "handoff.team" not in said(STEP(opening, news.CaseOpened(1001, waiting=FIRST)))


@pytest.mark.parametrize("human", [HUMAN, None])
@pytest.mark.parametrize("text", ["", "it looks like this", "when will somebody come?"])
def test_a_picture_is_refused_kindly_and_the_words_beside_it_are_not(human: h.WithHuman | None, text: str) -> None:
    sent = STEP(replace(waiting(), human=human), Heard(text, photo=True))

    assert said(sent)[-1] == "handoff.no_pictures"
    assert [one.event for one in sent.effects if isinstance(one, Tell)] == (
        [PersonAdded(text, "chat:1")] if text else []
    )


@pytest.mark.parametrize("unfit", [None, *get_args(Unfit)])
@pytest.mark.parametrize("shown", [0, 2])
def test_a_picture_that_the_agent_may_see_comes_to_their_case_and_the_person_knows_who_sees_it(
    shown: int, unfit: Unfit | None
) -> None:
    sent = STEP(replace(waiting(), human=HUMAN), Heard("like this", photo=True, shown=shown, unfit=unfit))

    told = [one.event for one in sent.effects if isinstance(one, Tell)]
    words = [name for name, holds in (("shown", shown), (unfit, unfit)) if holds]
    assert told == [PersonAdded("like this", "chat:1"), *([PictureAdded("chat:1")] if shown else [])]
    assert said(sent) == ([f"handoff.pictures.{name}" for name in words] or ["handoff.no_pictures"])
    assert {one.facts["agent"] for one in sent.effects if isinstance(one, Say) and one.facts} <= {HUMAN.agent}


def test_nobody_sees_a_picture_while_no_human_has_the_conversation() -> None:
    for state in (*STATES, waiting()):
        sent = STEP(state, Heard(photo=True, shown=1))

        assert not any(isinstance(getattr(one, "event", None), PictureAdded) for one in sent.effects)
        assert "handoff.pictures.shown" not in said(sent)


WITH_PICTURES = Conversation(pictures=True).step


@pytest.mark.parametrize(
    ("event", "agent"),
    [
        (news.CaseTaken(1001, "Lee Tanaka"), "Lee Tanaka"),
        (news.CaseHandedOver(1001, "Lee Tanaka"), "Lee Tanaka"),
        (news.CaseReopened(1001, "Lee Tanaka"), "Lee Tanaka"),
        (news.CaseMerged(1001, 1000, "Lee Tanaka"), "Lee Tanaka"),
        (news.AgentSaid(1001, "Lee Tanaka", "Hello"), "Lee Tanaka"),
        (news.AgentSaid(1001, "Dana Fischer", "Hello"), None),
        (news.CasePutBack(1001), None),
        (news.CaseClosed(1001, solved=True), None),
    ],
    ids=str,
)
def test_who_else_would_see_a_picture_from_now_on_is_said_before_one_is_sent(event: Any, agent: str | None) -> None:
    talk = replace(waiting(), human=HUMAN)

    welcome = [one for one in WITH_PICTURES(talk, event).effects if isinstance(one, Say) and "welcome" in one.text]

    assert [one.facts for one in welcome] == ([{"agent": agent}] if agent else [])
    assert "handoff.pictures.welcome" not in said(STEP(talk, event))
    assert "handoff.pictures.welcome" not in said(WITH_PICTURES(replace(talk, channel="teams"), event))


@pytest.mark.parametrize("wish", get_args(Instead))
def test_who_takes_the_case_of_somebody_who_does_not_wait_is_told_in_words_that_fit(wish: Instead) -> None:
    taken = STEP(waiting(wish), news.CaseTaken(1001, "Dana Fischer"))
    back = STEP(taken.state, news.CasePutBack(1001))

    assert said(taken) == [f"handoff.instead.{wish}_taken"]
    assert said(back) == ["handoff.put_back"]
    assert FindPlace(1001) not in back.effects
    assert said(STEP(back.state, Heard("how long?"))) == [f"handoff.instead.{wish}_stands"]


@pytest.mark.parametrize("floor", [c.Receiving(), r.AskingKeyId(), h.OpeningCase("asked"), h.HandedOff("asked", 1002)], ids=str)  # fmt: skip
def test_hours_and_places_are_for_whoever_waits_and_for_nobody_else(floor: Any) -> None:
    talk = Talk("chat:1", p.WHO, "webchat", "en", floor, Learnt())

    assert STEP(talk, news.PlaceFound(1001, SECOND)).effects == ()


@pytest.mark.parametrize("event", [news.PlaceFound(1001, SECOND), Heard(choice="windows")], ids=str)
def test_whoever_is_with_an_agent_stands_in_no_queue(event: Any) -> None:
    talk = Talk("chat:1", p.WHO, "webchat", "en", h.HandedOff("asked", 1001), Learnt(), human=HUMAN)

    told = STEP(talk, event)

    assert {one.text for one in told.effects if isinstance(one, Say)} <= {"handoff.with_human"}
    assert FindPlace(1001) not in told.effects


@pytest.mark.parametrize("state", STATES[1:], ids=name)
def test_a_place_that_cannot_be_found_hands_nobody_over_twice(state: Talk) -> None:
    assert STEP(state, GivenUp("FindPlace")) == Step(state)


@pytest.mark.parametrize("text", ["How long?", "when will somebody come", "wie lange noch?", "Wann kommt jemand?", "how many people are before me?", "Wo bin ich in der Warteschlange?"])  # fmt: skip
def test_how_long_is_answered_each_time_with_the_place(text: str) -> None:
    talk = Talk("chat:1", p.WHO, "webchat", "en", h.HandedOff("asked", 1001, answered=True), Learnt())

    asked = STEP(talk, Heard(text))

    assert FindPlace(1001) in asked.effects
    assert [one.text for one in asked.effects if isinstance(one, Say)] == ["handoff.waits"]


def test_the_conversation_goes_the_ways_that_are_drawn() -> None:
    assert_golden("conversation.txt", transitions(STEP, STATES + HELD, (*HEARD, *NEWS), place))


TYPED = [
    "hello",
    "windows",
    "4A7C2E1F",
    "it worked",
    "agent",
    "this is not my account",
    "start again",
    "my laptop is locked",
    "reset",
]


def is_closed_to(state: Talk, case: int) -> bool:
    """Somebody else may sit there: nobody comes but to the case that they have themselves."""
    return (state.disowned and case not in state.cases) or isinstance(state.floor, c.Left)


@pytest.mark.parametrize("state", HELD, ids=name)
@pytest.mark.parametrize("words", TYPED)
def test_what_is_typed_while_a_human_has_the_conversation_is_theirs_and_the_bot_is_silent(
    state: Talk, words: str
) -> None:
    taken = STEP(state, Heard(words))

    assert taken.effects == (Tell("case:1001", PersonAdded(words, "chat:1")),)
    assert isinstance(taken.state, Talk)
    assert (taken.state.floor, taken.state.human) == (state.floor, HUMAN)


@pytest.mark.parametrize("state", HELD, ids=name)
def test_a_stolen_computer_freezes_also_while_a_human_has_the_conversation(state: Talk) -> None:
    words = "my laptop was stolen"
    taken = STEP(state, Heard(words))

    assert any("Frozen" in repr(effect) for effect in taken.effects)
    assert Tell("case:1001", PersonAdded(words, "chat:1")) in taken.effects
    assert not any(isinstance(effect, OpenCase) for effect in taken.effects), "they are with a human already"


@pytest.mark.parametrize("state", HELD, ids=name)
def test_a_key_that_is_pasted_to_a_human_is_answered_by_the_bot(state: Talk) -> None:
    taken = STEP(state, Heard("[••••]", had_key=True))

    assert [effect.text for effect in taken.effects if isinstance(effect, Say)] == ["reception.key_pasted"]
    assert [fact.what for fact in taken.facts] == ["key.pasted"]


@pytest.mark.parametrize("state", STATES[1:], ids=name)
def test_an_agent_who_speaks_has_the_conversation(state: Talk) -> None:
    taken = STEP(state, news.AgentSaid(1001, "Dana Fischer", "Hello"))

    if is_closed_to(state, 1001):
        assert (taken.state, taken.effects) == (state, ()), "somebody else may sit there now"
        return
    assert isinstance(taken.state, Talk)
    assert (taken.state.floor, taken.state.human) == (state.floor, HUMAN)
    assert [effect.facts for effect in taken.effects if isinstance(effect, Say)] == [
        {"agent": "Dana Fischer", "text": "Hello"}
    ]


@pytest.mark.parametrize("state", STATES[1:], ids=name)
@pytest.mark.parametrize(
    ("event", "text"),
    [
        (news.CaseTaken(1001, "Dana Fischer"), "handoff.taken"),
        (news.CaseHandedOver(1001, "Dana Fischer"), "handoff.handed_over"),
    ],
    ids=["taken", "handed over"],
)
def test_an_agent_who_comes_has_the_conversation_also_of_whoever_went_on_with_the_bot(
    state: Talk, event: Any, text: str
) -> None:
    come = STEP(state, event)

    if is_closed_to(state, 1001):
        assert come == Step(state), "somebody else may sit there now"
        return
    assert isinstance(come.state, Talk)
    assert (come.state.floor, come.state.human) == (state.floor, HUMAN)
    wish = getattr(state.floor, "wish", None)
    expected = f"handoff.instead.{wish}_taken" if wish and text == "handoff.taken" else text
    assert [one.text for one in come.effects if isinstance(one, Say)] == [expected]
    assert (LetSleep("silence") in come.effects) is is_waiting(state)
    typed = STEP(come.state, Heard("are you there?"))
    assert typed.effects == (Tell("case:1001", PersonAdded("are you there?", "chat:1")),)


@pytest.mark.parametrize("state", DISOWNED, ids=name)
@pytest.mark.parametrize("event", [news.CaseTaken(1000, "Dana Fischer"), news.CaseHandedOver(1000, "Dana Fischer"), news.AgentSaid(1000, "Dana Fischer", "Hello"), news.AgentSaid(1002, "Dana Fischer", "Hello")], ids=str)  # fmt: skip
def test_no_agent_of_another_case_comes_to_whoever_said_that_the_account_is_not_theirs(state: Talk, event: Any) -> None:
    assert STEP(state, event) == Step(state)


@pytest.mark.parametrize("event", [news.LinkExpired("c1"), news.GrantEnded("c1")], ids=str)
def test_of_its_own_link_that_ran_out_the_bot_says_nothing_while_a_human_has_the_conversation(event: Any) -> None:
    alone = Talk("chat:1", p.WHO, "webchat", "en", r.Proving(p.TARGET, "c1"), Learnt())
    released = replace(alone, floor=r.Proving(p.RELEASED, "c1"), human=HUMAN)

    quiet = STEP(replace(alone, human=HUMAN), event)

    assert said(quiet) == []
    assert isinstance(quiet.state, Talk)
    assert quiet.state.floor == r.Proving(p.TARGET, "c1", live=False)
    assert said(STEP(alone, event))
    assert said(STEP(released, event))


@pytest.mark.parametrize(
    "event",
    [
        news.CasePutBack(1001),
        news.CaseReturned(1001, "Dana Fischer"),
        news.CaseClosed(1001, solved=True),
        Heard(choice="restart"),
        Heard(choice="not_me"),
    ],
)
@pytest.mark.parametrize("state", HELD, ids=name)
def test_the_bot_is_back_when_the_human_has_gone_and_says_so(state: Talk, event: Any) -> None:
    taken = STEP(state, event)

    assert isinstance(taken.state, Talk)
    assert taken.state.human is None
    assert [effect for effect in taken.effects if isinstance(effect, Say)]


@pytest.mark.parametrize("state", HELD, ids=name)
def test_nobody_is_asked_whether_they_are_there_while_a_human_has_them(state: Talk) -> None:
    said = STEP(state, news.AgentSaid(1001, "Dana Fischer", "Hello"))
    silent = STEP(state, Woken("silence"))

    assert LetSleep("silence") in said.effects
    assert silent.effects == ()


@pytest.mark.parametrize(
    "event",
    [
        news.CasePutBack(1002),
        news.CaseClosed(1002, solved=True),
        news.CaseTaken(1002, "Lee Tanaka"),
        news.CaseReopened(1002, "Lee Tanaka"),
        news.CaseHandedOver(1002, "Lee Tanaka"),
        news.CaseMerged(1002, 1000, "Lee Tanaka"),
    ],
)
def test_news_of_another_case_takes_nobody_away_from_their_human(event: Any) -> None:
    held = HELD[0]

    assert STEP(held, event) == Step(held)


def test_of_two_cases_in_one_conversation_the_agent_of_the_newer_one_speaks() -> None:
    newer = replace(HELD[0], floor=c.Receiving(), human=h.WithHuman(1002, "Lee Tanaka"))
    older = replace(newer, human=h.WithHuman(1000, "Lee Tanaka"))
    said = news.AgentSaid(1001, "Dana Fischer", "Hello")

    assert STEP(newer, said) == Step(newer)
    after = STEP(older, said).state
    assert isinstance(after, Talk)
    assert after.human == HUMAN


@pytest.mark.parametrize("state", HELD, ids=name)
def test_whoever_is_with_a_human_and_asks_for_one_gets_no_second_case(state: Talk) -> None:
    taken = STEP(state, Heard(choice="human"))

    assert taken.state == state
    assert [effect.text for effect in taken.effects if isinstance(effect, Say)] == ["handoff.with_human"]


@pytest.mark.parametrize("state", STATES + HELD, ids=place)
def test_a_case_that_is_open_again_is_heard_of_where_nothing_else_is_going_on(state: Any) -> None:
    taken = STEP(state, news.CaseReopened(1001, "Lee Tanaka"))

    mine = isinstance(state, Talk) and isinstance(state.floor, h.HandedOff) and state.floor.number == 1001
    idle = isinstance(state, Talk) and isinstance(state.floor, c.Receiving | r.Solved) and state.human is None
    if not (mine or idle):
        assert taken == Step(state)
        return
    assert isinstance(taken.state, Talk)
    assert (taken.state.floor, taken.state.human) == (h.HandedOff("asked", 1001), h.WithHuman(1001, "Lee Tanaka"))
    assert [effect.text for effect in taken.effects if isinstance(effect, Say)] == ["handoff.reopened"]


def test_a_case_that_goes_on_in_another_takes_its_chat_along() -> None:
    waiting = replace(HELD[0], floor=h.HandedOff("asked", 1001), human=None)

    merged = STEP(waiting, news.CaseMerged(1001, 1000, "Lee Tanaka"))
    unheld = STEP(waiting, news.CaseMerged(1001, 1000))

    assert isinstance(merged.state, Talk)
    assert (merged.state.floor, merged.state.human) == (h.HandedOff("asked", 1000), h.WithHuman(1000, "Lee Tanaka"))
    assert [one.text for one in merged.effects if isinstance(one, Say)] == ["handoff.merged", "handoff.taken"]
    assert STEP(merged.state, Heard("room 4")).effects == (Tell("case:1000", PersonAdded("room 4", "chat:1")),)
    assert isinstance(unheld.state, Talk)
    assert (unheld.state.floor, unheld.state.human) == (h.HandedOff("asked", 1000), None)


def test_of_two_chats_of_one_case_only_the_last_is_asked_how_it_was() -> None:
    here, there = (STEP(HELD[0], news.CaseClosed(1001, solved=True, chat=chat)) for chat in ("chat:1", "teams:2"))

    assert [one.text for one in here.effects if isinstance(one, Say)] == ["handoff.closed_solved", "rating.ask"]
    assert [one.text for one in there.effects if isinstance(one, Say)] == ["handoff.closed_solved"]


@pytest.mark.parametrize("why", ["insisted", "denied"])
def test_an_agents_word_from_before_does_not_lead_round_the_day(why: news.VoidedBecause) -> None:
    """Also where the chat asks before it hears that the release is void."""
    at = p.NOW + timedelta(minutes=5)
    ended = STEP(replace(HELD[0], floor=r.Proving(p.RELEASED, "c1"), human=None), news.LinkVoided("c1", why))

    again = STEP(ended.state, Heard("new link"))

    event = standing.Insisted(at) if why == "insisted" else standing.ApprovalDenied(at)
    stands = standing.step(standing.Standing(), event).state
    words = [one.vouched.word_at for one in again.effects if isinstance(one, MakeChallenge) and one.vouched]
    assert words == [p.NOW]
    assert not standing.step(
        stands, standing.LinkAsked("c2", at, limits.VOUCHED_LINKS_A_DAY, word_at=words[0])
    ).state.links
