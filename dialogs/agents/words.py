"""What stands on the buttons and cards of an agent's own chat."""

from bot.agent_chat import OUTCOMES, AtDesk, CaseHere, InHand, choice_of
from bot.effects import Choice

NEXT = Choice(choice_of("next"), "agents.choice.next")
PAUSE = Choice(choice_of("pause"), "agents.choice.pause")


def facts_of(here: CaseHere) -> dict[str, str]:
    """All that was learnt, in codes that the card turns into words. What the person wrote comes after it, line by line."""
    case, learnt = here.case, here.case.learnt
    return {
        "case": str(case.number), "name": case.name, "reason": case.reason, "urgency": case.urgency,
        "device": learnt.device_name or "", "key_id": learnt.key_id_typed or "", "language": case.language, "channel": case.channel,
        "since": f"{here.since:%Y-%m-%dT%H:%M:%SZ}", "tried": str(len(learnt.keys_tried)), "proof": " ".join(learnt.proof),
        "silent": ", ".join(learnt.silent_sources),
    }  # fmt: skip


def about(case: InHand) -> dict[str, str]:
    return {"case": str(case.number), "name": case.name}


def talk(case: InHand) -> Choice:
    return Choice(choice_of("talk", case.number), "agents.choice.talk", about(case))


def put_back(number: int) -> Choice:
    return Choice(choice_of("back", number), "agents.choice.back", {"case": str(number)})


def deeds(number: int) -> tuple[Choice, ...]:
    return put_back(number), Choice(choice_of("close", number), "agents.choice.close", {"case": str(number)}), NEXT


def endings(number: int) -> tuple[Choice, ...]:
    return tuple(Choice(choice_of("close", number, one), f"desk.outcome.{one}") for one in OUTCOMES)


def others(state: AtDesk, current: int | None) -> tuple[Choice, ...]:
    return tuple(talk(one) for one in state.cases if one.number != current)
