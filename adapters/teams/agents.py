"""Agents in Teams: what they press in the agents' channel or their own chat, and what they type to the person whom they talk with.

Who it is, the gate has found out from a genuine activity of our tenant. What a button says came back from a client: it says
which deed is meant, and who may do it is asked of the desk.
"""

from dataclasses import dataclass

from botbuilder.schema import Activity, ActivityTypes

from adapters.teams import cards
from adapters.teams.adapter import InvokeResponse
from adapters.teams.gate import Refused as NotLetIn
from bot import agent_chat
from bot.agent_chat import AtDesk, Pressed, Typed, of_agent
from bot.agents import Blocked, NotAnAgent, RightsUnknown
from bot.case_file import Filed
from bot.conductor import Conductor
from bot.desk_in_chat import DeskInChat
from bot.domain.cases import Agent, Closed, Taken
from bot.domain.people import PersonId
from bot.domain.speech import Heard
from bot.helpdesk import Refused
from bot.ports.words import Words

DONE = InvokeResponse(200)


def is_of_desk(heard: Heard) -> bool:
    return heard.choice is not None and heard.choice.startswith(agent_chat.OF_DESK)


@dataclass(frozen=True, slots=True)
class AgentsInTeams:
    desk: DeskInChat
    conductor: Conductor
    words: Words

    async def press(self, activity: Activity, who: PersonId, heard: Heard, event_id: str) -> InvokeResponse:
        """What is answered here only the presser reads, wherever the card stands. Raises gate.Refused."""
        language = (activity.locale or "en")[:2].lower()
        pressed = agent_chat.pressed(heard.choice or "", who, language)
        if pressed is None:
            return DONE
        try:
            agent = await self.desk.desk.agents.require(who)
        except NotAnAgent as error:
            return self._note(activity, language, f"desk.refused.{_why(error)}")
        remembered = await self.conductor.remember(of_agent(who), pressed, event_id)
        if not remembered.fresh:
            raise NotLetIn("replay")
        if pressed.deed != "take":
            self.conductor.act_soon(remembered.owed)
            return self._chosen(activity, language)
        await self.conductor.follow(remembered.owed)
        return await self._taken(activity, language, agent, pressed)

    async def hears(self, who: PersonId, heard: Heard, event_id: str, own: str) -> bool:
        """Whether it is for the person with whom this agent talks. What is not, the bot hears as ever: agents are locked out, too.

        What one of the two has heard is new to neither. Raises gate.Refused. `own`: their conversation with the bot.
        """
        state = await self.conductor.state(of_agent(who))
        if not isinstance(state, AtDesk):
            return False
        if state.current is None or heard.choice is not None:
            await self.require_fresh(of_agent(who), event_id)
            return False
        await self.require_fresh(own, event_id)
        remembered = await self.conductor.remember(of_agent(who), Typed(heard.text, heard.had_key), event_id)
        if not remembered.fresh:
            raise NotLetIn("replay")
        self.conductor.act_soon(remembered.owed)
        return True

    async def require_fresh(self, flow_id: str, event_id: str) -> None:
        if await self.conductor.was_here(flow_id, event_id):
            raise NotLetIn("replay")

    async def _taken(self, activity: Activity, language: str, agent: Agent, pressed: Pressed) -> InvokeResponse:
        """As the case stands now, whoever was faster."""
        facts = {"case": str(pressed.number)}
        try:
            filed = await self.desk.desk.filed(pressed.number)
        except Refused:
            return self._note(activity, language, "desk.refused.no_case")
        match filed.stage:
            case Taken(by) if by.id == agent.id:
                can_write = await self.desk.can_write_to(agent.id)
                text = "agents.answer.yours" if can_write else "agents.answer.yours_at_desk"
                return self._note(activity, language, text, name=filed.case.name, **facts)
            case Taken(by):
                return self._note(activity, language, "agents.answer.has_it", agent=by.name, **facts)
            case Closed():
                return self._note(activity, language, "agents.answer.closed", **facts)
            case _ if _is_own(filed, agent):
                return self._note(activity, language, "desk.refused.own_case")
            case _:
                return self._note(activity, language, "agents.answer.failed", **facts)

    def _note(self, activity: Activity, language: str, text: str, **facts: str) -> InvokeResponse:
        if activity.type != ActivityTypes.invoke:
            return DONE
        return InvokeResponse(200, cards.note(self.words.phrase(language, text, facts)))

    def _chosen(self, activity: Activity, language: str) -> InvokeResponse:
        data = cards.pressed(activity.value)
        if activity.type != ActivityTypes.invoke or data is None:
            return DONE
        return InvokeResponse(200, cards.chosen({**data, "said": ""}, self.words, language))


def _is_own(filed: Filed, agent: Agent) -> bool:
    return filed.case.person == agent.id


def _why(error: NotAnAgent) -> str:
    match error:
        case RightsUnknown():
            return "unknown"
        case Blocked():
            return "blocked"
        case _:
            return "not_an_agent"
