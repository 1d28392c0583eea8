from itertools import product
from typing import Any

import pytest

from bot import news
from bot.casework import OpenCase
from bot.challenge import MakeChallenge, OfferCandidate
from bot.domain.cases import Learnt
from bot.domain.devices import Findings
from bot.domain.speech import Heard, Opened
from bot.effects import GivenUp, Say, Woken
from bot.finding import FindKeys, KeysFound, TooManyLookUps
from bot.wiring import codec
from dialogs.conversation import Conversation, Talk
from dialogs.guidance import states as g
from dialogs.handoff import states as h
from dialogs.reception import states as c
from dialogs.recovery import states as r
from dialogs.texts.catalogue import read_catalogue
from tests.dialogs import people as p
from tests.dialogs.table import assert_golden, transitions

FLOORS: list[Any] = [
    c.Receiving(), c.Left(), r.AskingPlatform(), r.AskingKeyId(), r.AskingKeyId(2, hinted=True),
    r.Looking("windows", p.TYPED), r.Looking("windows", p.NEAR), r.Looking("windows", p.NEAR, 1, confirmed=True),
    r.Looking("windows", p.AMBIGUOUS), r.Looking("windows", p.UNKNOWN), r.Looking("windows", p.UNKNOWN, 2), r.Looking("mac"),
    r.AskingMoreDigits(p.NEAR, 0), r.PickingDevice((p.MAC, p.MAC_TWO)), r.MakingLink(p.TARGET), r.Proving(p.TARGET, "c1"),
    r.Proving(p.TARGET, "c1", live=False), r.AskingOutcome(p.TARGET, "c1"), r.AskingOutcome(p.TARGET, "c1", 3),
    r.AskingOutcome(p.TARGET, "c1", live=False), r.AskingOutcome(p.LAST, "c1"), r.AskingOutcome(p.LAST, "c1", shown=False),
    r.Solved("LAPTOP-ALEX"), g.Searching(), g.Searching(5), g.SearchedAll(), g.FoundByThemselves(),
    h.OpeningCase("asked"), h.HandedOff("asked", 1001), h.HandedOff("asked", 1001, answered=True),
]  # fmt: skip
WORDS = [
    "hello", "windows", "mac", "4A7C2E1F", "8D70", "it worked", "it did not work", "new link", "where is the key id", "my private computer",
    "agent", "my laptop was stolen", "this is not my account", "start again", "thanks", "blue cheese", "my laptop is locked",
]  # fmt: skip
CHOICES = ["windows", "mac", "private", "human", "lost", "not_me", "restart", "worked", "did_not_work", "new_link", "no_key_id",
           "found_it", "not_there", "change_key", "device:MAC", "device:NOBODY", "no such button"]  # fmt: skip
HEARD: list[Any] = [Heard(text) for text in WORDS] + [Heard(choice=choice) for choice in CHOICES]
HEARD += [Heard(photo=True), Heard("[••••]", had_key=True)]
NEWS: list[Any] = [
    KeysFound(Findings((p.LAPTOP,))), KeysFound(Findings((p.LAPTOP,)), elsewhere=True), KeysFound(Findings((p.BARE,))), KeysFound(Findings()),
    KeysFound(Findings(silent=("vault",))), KeysFound(Findings((p.MAC,))), KeysFound(Findings((p.MAC, p.MAC_TWO))), TooManyLookUps(),
    news.ChallengeReady("c1", "42"), news.ChallengeRefused("limit"), news.ChallengeRefused("frozen"), news.LinkExpired("c1"),
    news.LinkExpired("c0"), news.Proved("c1"), news.NotProved("c1"), news.NotProved("c0"), news.SomebodyInsists("c1"),
    news.KeyShown("c1", p.CURRENT.key_ref), news.KeyShown("c1", p.OLDER.key_ref), news.KeyShown("c0", p.CURRENT.key_ref),
    news.KeyDamaged("c1", p.CURRENT.key_ref), news.KeyOutOfReach("c1", "vault"), news.OutcomeGiven("c1", worked=True),
    news.OutcomeGiven("c1", worked=False), news.OutcomeGiven("c0", worked=True), news.GrantEnded("c1"), news.KeyChanged("LAPTOP-ALEX"),
    news.KeyChangeImpossible("LAPTOP-ALEX"), news.CaseOpened(1001), Woken("silence"), Woken("open_case"), GivenUp("FindKeys"),
    GivenUp("OpenCase"), Opened("chat:1", p.WHO, "webchat", "en"),
]  # fmt: skip
STATES: list[Any] = [c.Unopened(), *(Talk("chat:1", p.WHO, "webchat", "en", floor, Learnt()) for floor in FLOORS)]
STATES.append(Talk("chat:1", p.WHO, "webchat", "de", r.AskingKeyId(), Learnt(), nudged=True))
STEP = Conversation().step
CODEC = codec()
WORDS_OF = read_catalogue({"home": "https://x"})


def name(state: Any) -> str:
    return type(state.floor if isinstance(state, Talk) else state).__name__


@pytest.mark.parametrize("state", STATES, ids=name)
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

    assert name(taken.state) in ("OpeningCase", "HandedOff", "Left")


@pytest.mark.parametrize("state", STATES[1:], ids=name)
def test_a_stolen_computer_freezes_in_every_state(state: Talk) -> None:
    taken = STEP(state, Heard("my laptop was stolen"))

    assert name(taken.state) == "OpeningCase"
    assert any("Frozen" in repr(effect) for effect in taken.effects)
    assert [effect.urgency for effect in taken.effects if isinstance(effect, OpenCase)] == ["urgent"]


@pytest.mark.parametrize("state", STATES, ids=name)
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


def test_the_conversation_goes_the_ways_that_are_drawn() -> None:
    assert_golden("conversation.txt", transitions(STEP, STATES, (*HEARD, *NEWS), name))
