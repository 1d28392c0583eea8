"""Every kind of flow there is, and how their states are written."""

from functools import cache

from bot import address as addresses
from bot import (
    agent_chat,
    agent_sign_in,
    approval,
    case_file,
    case_following,
    challenge,
    challenging,
    enrolment,
    keychange,
    oversight,
    past,
    queue,
    standing,
    supervision,
    ticket,
)
from bot.codec import Codec
from bot.memory import Kind
from bot.ports.store import PASSING, PAST
from bot.stored import codec_of
from dialogs import rating, talk
from dialogs.agents import flow as agents
from dialogs.conversation import Conversation
from dialogs.guidance import states as guidance_states
from dialogs.handoff import states as handoff_states
from dialogs.reception import in_public
from dialogs.reception import states as reception_states
from dialogs.recovery import states as recovery_states


def codec() -> Codec:
    return _shapes().forgetful()


@cache
def _shapes() -> Codec:
    """How two hundred classes are read is worked out once a process."""
    return codec_of(
        talk, recovery_states, guidance_states, handoff_states, reception_states, in_public, enrolment, rating
    )


def kinds(*, pictures: bool = False) -> tuple[Kind, ...]:
    chat = Conversation(pictures=pictures)
    return (
        Kind("chat", reception_states.Unopened(), chat.step),  # type: ignore[arg-type]  # the codec lets nothing else in
        Kind("case", case_file.Unfiled(), case_following.step),  # type: ignore[arg-type]  # likewise
        Kind("queue", queue.Queue(), queue.step),  # type: ignore[arg-type]  # likewise
        Kind(PAST, past.Past(), past.step),  # type: ignore[arg-type]  # likewise
        Kind("ticket", ticket.Unmirrored(), ticket.step),  # type: ignore[arg-type]  # likewise
        Kind("challenge", challenge.Unmade(), challenging.step),  # type: ignore[arg-type]  # likewise
        Kind("rotation", keychange.NothingOwed(), keychange.step),  # type: ignore[arg-type]  # likewise
        Kind("address", addresses.Unknown(), addresses.step),  # type: ignore[arg-type]  # likewise
        Kind("group", in_public.Listening(), in_public.step),  # type: ignore[arg-type]  # likewise
        Kind("enrolment", enrolment.Resting(), enrolment.step),  # type: ignore[arg-type]  # likewise
        Kind("approval", approval.Unasked(), approval.step),  # type: ignore[arg-type]  # likewise
        Kind(agent_chat.KIND, agent_chat.Away(), agents.step),  # type: ignore[arg-type]  # likewise
        Kind("agent", agent_sign_in.Unpermitted(), agent_sign_in.step),  # type: ignore[arg-type]  # likewise
        Kind(oversight.KIND, oversight.Overseen(), oversight.step),  # type: ignore[arg-type]  # likewise
        Kind(supervision.KIND, supervision.Watch(), supervision.step),  # type: ignore[arg-type]  # likewise
        Kind("standing", standing.Standing(), standing.step),  # type: ignore[arg-type]  # likewise
        Kind(PASSING, standing.Standing(), standing.step),  # type: ignore[arg-type]  # likewise
    )
