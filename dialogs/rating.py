"""How was it? Asked once when somebody is helped, one tap is enough, and nothing ever waits for the answer.

The audit keeps the mark and who had helped, never the words: they stand in the history like all that is said, and with
the case if there is one.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from bot.case_file import PersonLookedBack, case_of
from bot.domain.audit import Fact
from bot.domain.speech import Heard
from bot.effects import Choice, Say, Tell
from dialogs import said
from dialogs.recovery.choices import HUMAN

By = Literal["bot", "human"]
GOOD, BAD = Choice("rate_good", "choice.rate_good"), Choice("rate_bad", "choice.rate_bad")
ABOUT_RATING = (GOOD, BAD, HUMAN)
A_SENTENCE = 4
"""So many words of thanks are a comment as well."""
QUESTION = Say("rating.ask", choices=ABOUT_RATING)


@dataclass(frozen=True, slots=True)
class Asked:
    """`case`: where words go. `fresh`: nothing was said since, so typed words may be the answer; buttons always are."""

    by: By
    case: int | None = None
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """The mark is noted; the words that come next may belong to it, once."""

    case: int | None = None


State: TypeAlias = Asked | Given | None
About: TypeAlias = said.Rated | said.Commented
Answer: TypeAlias = tuple[State, tuple[object, ...], tuple[Fact, ...]]
"""The rating, effects and facts."""

_TONE = r"[\U0001F3FB-\U0001F3FF]?"
_GOOD = re.compile(
    r"(?:(?:very|really|sehr|wirklich) )?(?:good|great|fine|perfect|excellent|okay|ok|gut|super|prima|toll|top|perfekt)"
    rf"|👍{_TONE}"
)
_BAD = re.compile(
    r"(?:not|nicht) (?:(?:so|very|really|sehr|wirklich) )?(?:good|great|gut|toll)|bad|poor|terrible|schlecht|mies"
    rf"|👎{_TONE}"
)
_OF_A_HUMAN = re.compile(
    r"(?<!\w)(?:the|my|your|this|that|die|der|das|mein\w*|ihr\w*|dies\w*) (?:\w+ )??"
    r"(?:agent|colleague|person|human|operator|help ?desk|support|kolleg|mitarbeiter|berater|mensch)\w*(?: \w+){0,3}? "
    r"(?:was|were|has been|had|took|war|waren|hat|hatte)(?!\w)"
)
"""“The colleague was kind” asks for nobody."""
_ASKS = re.compile(
    r"(?<!\w)(?:again|still|now|need|want|get me|give me|another|call me|talk to|speak to|speak with|help me|lock\w*"
    r"|wieder|noch|nochmal|jetzt|brauch\w*|will|möchte|ruf\w*|sprechen|reden|hilf|helfen sie mir|\w*gesperrt\w*)(?!\w)"
    r"|\A(?:please |bitte )?(?:help|hilfe)(?: please| bitte)?\Z"
)
"""Sooner a comment too few on the case than somebody who asks for help and is thanked."""


def meant(rating: State, heard: Heard, meaning: said.Said) -> said.Said:
    """Typed words that answer the question or add to the mark; what means anything else means that."""
    if heard.choice is not None or heard.photo or heard.had_key:
        return meaning
    words = heard.text.strip().rstrip(".! ").lower()
    match rating:
        case Asked(fresh=True) if _GOOD.fullmatch(words):
            return said.Rated("good")
        case Asked(fresh=True) if _BAD.fullmatch(words):
            return said.Rated("bad")
        case Given() if _is_comment(words, meaning):
            return said.Commented(heard.text)
        case _:
            return meaning


def _is_comment(words: str, meaning: said.Said) -> bool:
    """Whoever asks for a human or is locked out has not commented, whatever else they say."""
    if _ASKS.search(words):
        return False
    match meaning:
        case said.Unclear() | said.Worked():
            return True
        case said.Thanked():
            return len(words.split()) >= A_SENTENCE
        case said.HumanAsked():
            return _OF_A_HUMAN.search(words) is not None
        case _:
            return False


def answered(rating: State, about: About) -> Answer:
    match about, rating:
        case said.Rated(mark), Asked(by, case):
            return Given(case), (_thanks(mark, case),), (Fact("rating.given", about={"mark": mark, "by": by}),)
        case said.Commented(text), Given(case):
            told = () if case is None else (Tell(case_of(case), PersonLookedBack(text)),)
            return None, (*told, _NOTED), ()
        case _:
            return rating, (_NOTED,), ()


def later(rating: State) -> State:
    """Something else was said: the buttons still count, words are about other things."""
    return replace(rating, fresh=False) if isinstance(rating, Asked) else None


def _thanks(mark: str, case: int | None) -> Say:
    """Nobody is invited to write where nobody reads."""
    return _NOTED if case is None else Say(f"rating.thanks_{mark}", choices=(HUMAN,))


_NOTED = Say("rating.noted", choices=(HUMAN,))
