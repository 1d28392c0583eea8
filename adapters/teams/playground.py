"""The entrance without a lock, for the Agents Playground on this machine. The settings refuse it anywhere else."""

from botbuilder.schema import Activity

from adapters.botframework.codec import BadActivity, read_activity
from adapters.teams.cloud import ServiceHosts
from adapters.teams.gate import CHANNEL, LARGEST_BODY, Refused, require_identity
from bot.domain.people import PersonId

LOOPBACK_ALONE = ServiceHosts(frozenset(), on_loopback=True)


class OpenEntrance:
    """Whoever can reach it is one and the same person, made up for the demo."""

    def __init__(self, person: PersonId) -> None:
        self._person = person

    @staticmethod
    def glance(authorization: str) -> None:
        del authorization

    async def admit(self, authorization: str, body: bytes) -> Activity:
        if authorization or len(body) > LARGEST_BODY:
            raise Refused("header" if authorization else "body")
        activity = read_activity(body)
        require_identity(activity)
        if activity.channel_id != CHANNEL or not LOOPBACK_ALONE.allow(activity.service_url or ""):
            raise BadActivity("not from the playground")
        activity.conversation.tenant_id = self._person.tenant
        if activity.from_property is not None:
            activity.from_property.aad_object_id = self._person.object_id
        return activity
