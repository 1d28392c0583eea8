"""Whoever says nothing for long is asked whether they are still there, and later let go."""

from bot import news
from bot.domain.speech import Heard
from bot.effects import LetSleep, Wake, Woken
from bot.flow import Step
from dialogs.guidance import states as searching
from dialogs.recovery import states as recovering
from dialogs.talk import Next, Talk

NUDGE_AFTER, CLOSE_AFTER = 600.0, 900.0


def watched(before: Talk, step: Next, event: object) -> Next:
    """The silence clock runs while the conversation waits for its person."""
    talk = step.state
    moves = isinstance(event, Heard | Woken | news.ChallengeReady | news.KeyShown | news.ApprovalAsked)
    if not isinstance(talk, Talk) or not (moves or before.awaits_approval):
        return step
    if is_waiting(talk):
        clock: object = Wake("silence", CLOSE_AFTER if talk.nudged else NUDGE_AFTER)
    elif is_waiting(before):
        clock = LetSleep("silence")
    else:
        return step
    return Step(talk, (*step.effects, clock), step.facts)


def is_waiting(talk: Talk) -> bool:
    """For its person. While an agent has them or somebody is asked to approve, silence is no sign that they have gone."""
    return not (talk.human or talk.awaits_approval) and isinstance(
        talk.floor,
        recovering.AskingPlatform | recovering.AskingKeyId | recovering.AskingMoreDigits | recovering.PickingDevice
        | recovering.Proving | recovering.AskingOutcome | searching.Searching,
    )  # fmt: skip
