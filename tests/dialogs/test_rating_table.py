"""How was it? What is said after the question, as a table: a mark, words beside it, or a talk that goes on as ever."""

from dataclasses import replace
from typing import Any

import pytest

from bot import news
from bot.case_file import PersonLookedBack
from bot.domain.audit import Fact
from bot.domain.cases import Learnt
from bot.domain.people import PersonId
from bot.domain.speech import Heard, Opened
from bot.effects import Say, Tell
from bot.flow import Step
from dialogs import rating
from dialogs.conversation import Conversation
from dialogs.handoff import states as h
from dialogs.reception import states as c
from dialogs.recovery import states as r
from dialogs.talk import Talk
from tests.dialogs import people as p

STEP = Conversation().step
ALONE = Talk("chat:1", p.WHO, "webchat", "en", r.Solved("LAPTOP-ALEX"), Learnt(), rated=rating.Asked("bot"))
HELPED = Talk("chat:1", p.WHO, "webchat", "en", c.Receiving(), Learnt(), rated=rating.Asked("human", 1001))
RATED = Talk("chat:1", p.WHO, "webchat", "en", c.Receiving(), Learnt(), rated=rating.Given(1001))
GOOD, BAD = Heard(choice="rate_good"), Heard(choice="rate_bad")


def texts(step: Step[Any, Any]) -> list[str]:
    return [effect.text for effect in step.effects if isinstance(effect, Say)]


def given(mark: str, by: str) -> Fact:
    return Fact("rating.given", PersonId("demo", "alex"), {"mark": mark, "by": by})


def marks(step: Step[Any, Any]) -> list[Fact]:
    return [fact for fact in step.facts if fact.what == "rating.given"]


ENDINGS: list[tuple[str, Talk, object, rating.State]] = [
    ("said in the chat", Talk("chat:1", p.WHO, "webchat", "en", r.AskingOutcome(p.TARGET, "c1"), Learnt()), Heard("it worked"), rating.Asked("bot")),
    ("pressed on the page", Talk("chat:1", p.WHO, "webchat", "en", r.AskingOutcome(p.TARGET, "c1"), Learnt()), news.OutcomeGiven("c1", worked=True), rating.Asked("bot")),
    ("in by themselves", Talk("chat:1", p.WHO, "webchat", "en", r.Proving(p.TARGET, "c1"), Learnt()), Heard("it worked"), rating.Asked("bot")),
    ("agents vouched", Talk("chat:1", p.WHO, "webchat", "en", r.AskingOutcome(p.RELEASED, "c1"), Learnt()), Heard("it worked"), None),
    ("an agent has them", Talk("chat:1", p.WHO, "webchat", "en", r.AskingOutcome(p.TARGET, "c1"), Learnt(), human=h.WithHuman(1001, "Dana")), news.OutcomeGiven("c1", worked=True), None),
    ("closed", Talk("chat:1", p.WHO, "webchat", "en", h.HandedOff("asked", 1001), Learnt()), news.CaseClosed(1001, solved=True), rating.Asked("human", 1001)),
    ("closed, not solved", Talk("chat:1", p.WHO, "teams", "en", h.HandedOff("asked", 1001), Learnt()), news.CaseClosed(1001, solved=False), rating.Asked("human", 1001)),
    ("another's case", Talk("chat:1", p.WHO, "webchat", "en", h.HandedOff("asked", 1002), Learnt()), news.CaseClosed(1001, solved=True), None),
    ("still locked", Talk("chat:1", p.WHO, "webchat", "en", r.AskingOutcome(p.TARGET, "c1"), Learnt()), Heard("it did not work"), None),
]  # fmt: skip


@pytest.mark.parametrize(("talk", "event", "asked"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
def test_whoever_was_helped_is_asked_how_it_was(talk: Talk, event: object, asked: rating.State) -> None:
    taken = STEP(talk, event)

    assert isinstance(taken.state, Talk)
    assert taken.state.rated == asked
    assert texts(taken).count("rating.ask") == (0 if asked is None else 1)


@pytest.mark.parametrize(("talk", "by"), [(ALONE, "bot"), (HELPED, "human")], ids=["alone", "helped"])
@pytest.mark.parametrize(
    ("heard", "mark"),
    [(GOOD, "good"), (BAD, "bad"), *((Heard(words), "good") for words in ("Good!", "very good", "sehr gut", "👍🏽")),
     *((Heard(words), "bad") for words in ("not good", "Nicht so gut.", "👎"))],
    ids=str,
)  # fmt: skip
def test_one_tap_or_a_word_is_a_mark(talk: Talk, by: str, heard: Heard, mark: str) -> None:
    taken = STEP(talk, heard)

    assert taken.facts == (given(mark, by),)
    assert isinstance(taken.state, Talk)
    assert taken.state.floor == talk.floor, "the mark stands in nobody's way"
    assert not taken.state.learnt.words


@pytest.mark.parametrize("talk", [ALONE, HELPED], ids=["alone", "helped"])
@pytest.mark.parametrize("press", [GOOD, BAD], ids=["good", "bad"])
def test_a_second_mark_counts_for_nothing_and_is_answered(talk: Talk, press: Heard) -> None:
    once = STEP(talk, GOOD)

    twice = STEP(once.state, press)
    late = STEP(STEP(once.state, Heard("hello")).state, press)

    assert (marks(twice), marks(late)) == ([], [])
    assert (texts(twice), texts(late)) == (["rating.noted"], ["rating.noted"])


@pytest.mark.parametrize("talk", [ALONE, HELPED, RATED], ids=["alone", "helped", "rated"])
@pytest.mark.parametrize(
    "words",
    ["windows", "4A7C2E1F", "agent", "I need somebody now", "my laptop was stolen", "this is not my account", "start again", "thanks", "my private computer", "hello"],
)  # fmt: skip
def test_what_means_something_else_is_treated_as_ever_and_the_question_is_not_repeated(talk: Talk, words: str) -> None:
    unasked = Talk(talk.chat, talk.who, talk.channel, talk.language, talk.floor, talk.learnt)

    taken, ever = STEP(talk, Heard(words)), STEP(unasked, Heard(words))

    assert (taken.effects, taken.facts) == (ever.effects, ever.facts)
    assert isinstance(taken.state, Talk)
    assert isinstance(ever.state, Talk)
    assert taken.state.floor == ever.state.floor
    assert texts(STEP(taken.state, Heard("windows"))).count("rating.ask") == 0


def test_a_button_still_counts_when_the_talk_has_gone_on_but_a_word_does_not() -> None:
    on = STEP(HELPED, Heard("windows")).state

    assert marks(STEP(on, GOOD)) == [given("good", "human")]
    assert marks(STEP(on, Heard("good"))) == []


@pytest.mark.parametrize(
    "words",
    ["it took ages", "The colleague was very kind", "the colleague was kind but the wait was long", "Die Kollegin war sehr nett", "Thanks, but it took ages", "blue cheese"],
)  # fmt: skip
def test_words_beside_a_mark_go_to_the_case_and_to_no_other(words: str) -> None:
    taken = STEP(RATED, Heard(words))

    assert [effect for effect in taken.effects if isinstance(effect, Tell)] == [
        Tell("case:1001", PersonLookedBack(words))
    ]
    assert texts(taken) == ["rating.noted"]
    assert (taken.state, taken.facts) == (replace(RATED, rated=None), ()), (
        "neither the audit nor the next case has them"
    )


@pytest.mark.parametrize(
    "words",
    ["my laptop was locked again, I want to talk to a human", "I was locked out again, get me a colleague", "The colleague was kind, but I need one again",
     "ich war gerade wieder gesperrt, ich brauche einen Kollegen", "der Kollege war nett, ich bin gesperrt und will mit ihm sprechen"],
)  # fmt: skip
def test_whoever_asks_for_a_human_gets_one_and_not_our_thanks(words: str) -> None:
    taken = STEP(RATED, Heard(words))

    assert isinstance(taken.state, Talk)
    assert isinstance(taken.state.floor, h.OpeningCase)


@pytest.mark.parametrize(
    "words",
    ["the key had no effect, it is still locked", "it was good but now my laptop asks for a key again", "my laptop was locked", "help", "Hilfe!", "please help me",
     "it was fine but it is still blue", "es war gut, geht aber immer noch nicht", "ich brauche noch etwas", "I lost my laptop, it was in the bus"],
)  # fmt: skip
@pytest.mark.parametrize("talk", [RATED, replace(RATED, rated=rating.Given())], ids=["helped", "alone"])
def test_a_lock_out_or_a_call_for_help_is_no_comment(talk: Talk, words: str) -> None:
    taken = STEP(talk, Heard(words))

    assert taken.effects == STEP(replace(talk, rated=None), Heard(words)).effects
    assert "rating.noted" not in texts(taken)


def test_one_comment_is_taken_and_then_the_talk_goes_on_as_ever() -> None:
    once = STEP(RATED, Heard("it took ages"))

    assert texts(STEP(once.state, Heard("blue cheese"))) == ["reception.not_understood"]


def test_words_beside_a_mark_for_the_bot_stay_in_the_history() -> None:
    rated = STEP(ALONE, BAD).state

    taken = STEP(rated, Heard("I had to wait for the page"))

    assert [type(effect) for effect in taken.effects] == [Say]
    assert (texts(taken), taken.facts) == (["rating.noted"], ())


def test_a_key_that_is_pasted_as_a_comment_is_answered_as_one() -> None:
    assert texts(STEP(RATED, Heard("[••••] was it", had_key=True))) == ["reception.key_pasted"]


def test_a_mark_of_somebody_whom_the_directory_no_longer_knows_opens_no_case() -> None:
    opened = Opened("chat:1", p.WHO, "teams", "en", GOOD, turned_away="unknown_person")

    assert marks(STEP(HELPED, opened)) == [given("good", "human")]


def test_whoever_sits_at_somebody_elses_chat_rates_nothing() -> None:
    left = STEP(HELPED, Heard(choice="not_me")).state

    assert marks(STEP(left, GOOD)) == []
