"""Whether agents' words still count: asked whenever one is given, and again as the last thing before a key.

Between a word and a key lie minutes. Whoever gave it may be no agent any more, or the person's manager; the computer may
be a personal one, or somebody else's.
"""

from bot.agents import Blocked, NotAnAgent, RightsUnknown
from bot.case_file import Filed
from bot.challenge import Offer
from bot.domain.devices import Device
from bot.domain.errors import SourceUnavailable
from bot.domain.release import Agreed, Word
from bot.helpdesk import Helpdesk, Refused
from bot.ports.policy import ReleaseDecision, ReleasePolicy


class AgentsWords:
    def __init__(self, desk: Helpdesk, policy: ReleasePolicy) -> None:
        self._desk, self._policy = desk, policy

    async def still_hold(self, offer: Offer, case: int) -> bool:
        """What was released in the case, to whom the offer is for. Raises SourceUnavailable, where that cannot be known."""
        try:
            await self._require(offer, case)
        except RightsUnknown as error:
            raise SourceUnavailable("directory") from error
        except NotAnAgent:
            return False
        except Refused as error:
            if error.why == "silent":
                raise SourceUnavailable(error.name) from error
            return False
        return True

    async def _require(self, offer: Offer, case: int) -> None:
        filed = await self._desk.filed(case)
        release = filed.release
        if not isinstance(release, Agreed) or filed.case.person != offer.person:
            raise Refused("gone")
        for word in release.words:
            await self.still_sure(filed, word)
        device = await self.device(filed, offer.key_ref)
        if device.id != release.plan.device.id:
            raise Refused("gone")
        decision = await self.decided(filed, device, aloud=False)
        if decision.agents > release.plan.agents:
            raise Refused("policy")

    async def still_sure(self, filed: Filed, word: Word) -> None:
        try:
            await self._desk.agents.require(word.by.id, as_of_now=True)
        except Blocked as error:
            raise Refused("word_blocked", word.by.name) from error
        await self._desk.stranger(word.by, filed.case.person)

    async def device(self, filed: Filed, key_ref: str) -> Device:
        """A personal device is not there, as one that does not exist."""
        person = await self._desk.known(filed.case.person)
        if person is None or not person.enabled:
            raise Refused("nobody")
        devices, silent = await self._desk.devices_of(person.id)
        device = next((one for one in devices if key_ref in {card.key_ref for card in one.keys}), None)
        if device is None:
            raise Refused("silent", ", ".join(silent)) if silent else Refused("gone")
        await self._desk.require_unfrozen(person.id, device)
        return device

    async def decided(self, filed: Filed, device: Device, *, aloud: bool) -> ReleaseDecision:
        decision = await self._policy.release(filed.case.person, device)
        if decision.agents == 0:
            raise Refused("policy")
        if aloud and not decision.aloud:
            raise Refused("policy_aloud")
        return decision
