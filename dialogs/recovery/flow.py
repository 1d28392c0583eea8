"""The recovery conversation, in the order the person lives it.

which computer -> Key ID or device -> looking -> prove it's you -> key shown -> did it work? -> solved, or stuck.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never, get_args

from bot import keychange, news
from bot.challenge import VIEWS, MakeChallenge, OfferCandidate, Voided, flow_id
from bot.domain.audit import Fact
from bot.domain.cases import Reason
from bot.domain.people import Principal
from bot.effects import Say, Tell
from bot.finding import FindKeys, KeysFound, TooManyLookUps
from bot.flow import Step
from dialogs import said
from dialogs.recovery import matching
from dialogs.recovery.choices import ABOUT_KEY_ID, ABOUT_LINK, ABOUT_OUTCOME, ABOUT_PLATFORM, HUMAN, of_devices
from dialogs.recovery.states import (
    MISSES_ALLOWED,
    AskingKeyId,
    AskingMoreDigits,
    AskingOutcome,
    AskingPlatform,
    Looking,
    MakingLink,
    PickingDevice,
    Proving,
    Solved,
    State,
    Stuck,
    Target,
)

News: TypeAlias = (
    news.ChallengeReady | news.ChallengeRefused | news.LinkExpired | news.LinkVoided | news.Proved | news.NotProved | news.SomebodyInsists
    | news.ApprovalAsked
    | news.KeyShown | news.KeyDamaged | news.KeyOutOfReach | news.ComputerChangedHands | news.OutcomeGiven | news.GrantEnded
)  # fmt: skip
Event: TypeAlias = said.Said | KeysFound | TooManyLookUps | News
Effect: TypeAlias = Say | Tell | FindKeys | MakeChallenge | OfferCandidate
Next: TypeAlias = Step[State, Effect]

_AWAITED: Mapping[type, tuple[type, ...]] = {
    Looking: (KeysFound, TooManyLookUps),
    MakingLink: (news.ChallengeReady, news.ChallengeRefused),
    Proving: get_args(News),
    AskingOutcome: get_args(News),
}


@dataclass(frozen=True, slots=True)
class Recovery:
    """The flow for one person: who they are never changes while they speak."""

    who: Principal

    def step(self, state: State, event: Event) -> Next:
        if not isinstance(event, said.Said) and not isinstance(event, _AWAITED.get(type(state), ())):
            return Step(state)  # news that nobody waits for any more
        match state:
            case AskingPlatform():
                return self.asking_platform(state, event)
            case AskingKeyId():
                return self.asking_key_id(state, event)
            case Looking():
                return self.looking(state, event)
            case AskingMoreDigits():
                return self.asking_more_digits(state, event)
            case PickingDevice():
                return self.picking_device(state, event)
            case MakingLink():
                return self.making_link(state, event)
            case Proving():
                return self.proving(state, event)
            case AskingOutcome():
                return self.asking_outcome(state, event)
            case Solved():
                return self.solved(state, event)
            case Stuck():
                return Step(state)
            case _:
                assert_never(state)

    def asking_platform(self, state: AskingPlatform, event: Event) -> Next:
        match event:
            case said.Told(platform, key_id) if platform or key_id:
                return self.told(said.Told(platform or "windows", key_id))
            case said.NoKeyIdSeen():
                return self.ask_key_id("recovery.where_is_key_id", AskingKeyId(hinted=True))
            case said.Told():
                return Step(state, (Say("recovery.ask_platform", choices=ABOUT_PLATFORM),))
            case _:
                return Step(state, (Say("recovery.ask_platform_again", choices=ABOUT_PLATFORM),))

    def told(self, told: said.Told) -> Next:
        if told.platform == "mac":
            return self.look(Looking("mac"))
        if told.key_id is None:
            return self.ask_key_id("recovery.ask_key_id", AskingKeyId())
        return self.look(Looking("windows", told.key_id))

    def ask_key_id(self, text: str, state: AskingKeyId) -> Next:
        return Step(state, (Say(text, choices=ABOUT_KEY_ID),))

    def asking_key_id(self, state: AskingKeyId, event: Event) -> Next:
        match event:
            case said.Told("mac", None):
                return self.look(Looking("mac"))
            case said.Told(_, key_id) if key_id is not None:
                return self.look(Looking("windows", key_id, state.misses))
            case said.NoKeyIdSeen() if not state.hinted:
                return self.ask_key_id("recovery.where_is_key_id", replace(state, hinted=True))
            case said.NoKeyIdSeen():
                return Step(state, (Say("recovery.without_key_id", choices=ABOUT_KEY_ID),))
            case _:
                return self.ask_key_id("recovery.ask_key_id_again", state)

    def look(self, state: Looking) -> Next:
        digits = state.key_id.digits if state.key_id else None
        text = (
            Say("recovery.looking_for", {"key_id": matching.shown(state.key_id)})
            if state.key_id
            else Say("recovery.looking")
        )
        return Step(state, (text, FindKeys(self.who.id, state.platform, digits, self.who.session_since)))

    def looking(self, state: Looking, event: Event) -> Next:
        match event:
            case KeysFound() if state.platform == "mac":
                return self.found_macs(event)
            case KeysFound():
                return self.found_windows(state, event)
            case TooManyLookUps():
                return Step(Stuck("limit"))
            case _:
                return Step(state, (Say("recovery.still_looking"),))

    def found_macs(self, found: KeysFound) -> Next:
        macs = tuple(device for device in found.findings.devices if device.keys)
        if len(macs) == 1:
            return self.make_link(Target(macs[0], macs[0].keys[0].key_ref))
        if macs:
            return Step(PickingDevice(macs), (Say("recovery.pick_device", choices=of_devices(macs)),))
        if found.findings.silent:
            return Step(Stuck("source_silent"))
        return Step(Stuck("no_key"), (Say("recovery.mac_without_key"),), (Fact("key.none"),))

    def picking_device(self, state: PickingDevice, event: Event) -> Next:
        match event:
            case said.DevicePicked(device_id):
                if picked := next((device for device in state.devices if device.id == device_id), None):
                    return self.make_link(Target(picked, picked.keys[0].key_ref))
                return Step(state, (Say("recovery.pick_device", choices=of_devices(state.devices)),))
            case said.Told("windows", _):
                return self.told(event)
            case said.Unclear(text) if device := matching.named(text, state.devices):
                return self.make_link(Target(device, device.keys[0].key_ref))
            case _:
                return Step(state, (Say("recovery.pick_device", choices=of_devices(state.devices)),))

    def found_windows(self, state: Looking, found: KeysFound) -> Next:
        if state.key_id is None:
            return self.ask_key_id("recovery.ask_key_id", AskingKeyId())
        match matching.among(state.key_id, found.findings.devices, confirmed=state.confirmed):
            case matching.One(target):
                return self.make_link(target)
            case matching.Nearly(misread):
                asking = AskingMoreDigits(state.key_id, state.misses)
                slipped = Say("recovery.near_slip", {"key_id": matching.shown(state.key_id)})
                text = Say("recovery.near_miss", misread) if misread else slipped
                return Step(asking, (text,), (Fact("key_id.near"),))
            case matching.Several():
                asking = AskingMoreDigits(state.key_id, state.misses)
                return Step(asking, (Say("recovery.ambiguous", {"key_id": matching.shown(state.key_id)}),))
            case matching.NoneOfThem():
                return self.not_found(state, found)

    def not_found(self, state: Looking, found: KeysFound) -> Next:
        """Unknown and another's look alike here; the audit tells them apart. "Could not look" is a different answer."""
        fact = Fact(
            "key_id.foreign" if found.elsewhere else "key_id.unknown", about={"typed": matching.shown(state.key_id)}
        )
        if found.findings.silent:
            return Step(Stuck("source_silent"), facts=(fact,))
        if not any(device.keys for device in found.findings.devices):
            return Step(Stuck("no_key"), facts=(fact,))
        if state.misses + 1 >= MISSES_ALLOWED:
            return Step(Stuck("no_match"), facts=(fact,))
        text = Say("recovery.no_match", {"key_id": matching.shown(state.key_id)}, ABOUT_KEY_ID)
        return Step(AskingKeyId(state.misses + 1), (text,), (fact,))

    def asking_more_digits(self, state: AskingMoreDigits, event: Event) -> Next:
        match event:
            case said.Told(_, more) if more is not None:
                longer = matching.longer(state.key_id, more)
                return self.look(Looking("windows", longer, state.misses + 1, confirmed=longer != more))
            case said.NoKeyIdSeen():
                return self.ask_key_id("recovery.where_is_key_id", AskingKeyId(state.misses, hinted=True))
            case _:
                return Step(state, (Say("recovery.ask_more_digits", choices=ABOUT_KEY_ID),))

    def make_link(self, target: Target, replaces: str | None = None) -> Next:
        who = self.who
        shared = who.on_shared_computer
        wanted = MakeChallenge(
            who.id, target.device, target.key_ref, replaces, shared, target.vouched, who.network, who.session_since
        )
        about = {"device": target.device.id, "key": target.key_ref}
        return Step(MakingLink(target, replaces), (wanted,), (Fact("key.found", about=about),))

    def making_link(self, state: MakingLink, event: Event) -> Next:
        match event:
            case news.ChallengeReady(challenge_id, number):
                facts = {"device": state.target.device.name, "number": number}
                link = Say(f"recovery.prove.{state.target.device.platform}", facts, ABOUT_LINK, challenge_id, number)
                return Step(Proving(state.target, challenge_id), (link,))
            case news.ChallengeRefused(because):
                return Step(Stuck(because))
            case _:
                return Step(state, (Say("recovery.still_looking"),))

    def proving(self, state: Proving, event: Event) -> Next:
        if getattr(event, "challenge_id", state.challenge_id) != state.challenge_id:
            return Step(state)  # news of a link that was replaced
        match event:
            case said.NewLinkAsked():
                return self.make_link(state.target, state.challenge_id)
            case said.Told(platform, key_id) if platform or key_id:
                return self.instead(state, event)
            case said.Worked():
                return self.solve(state.target, state.challenge_id, Say("recovery.solved_alone"))
            case news.LinkExpired():
                expired = replace(state, live=False, approval=False)
                return Step(expired, (Say("recovery.link_expired", choices=ABOUT_LINK),))
            case news.LinkVoided(_, why):
                return Step(replace(state, live=False, approval=False), (self.voided(why),))
            case news.ApprovalAsked():
                return Step(replace(state, approval=True), (Say("recovery.approval_asked", choices=ABOUT_LINK),))
            case news.GrantEnded() if state.live:
                return Step(replace(state, live=False), (Say("recovery.link_ended", choices=ABOUT_LINK),))
            case news.NotProved():
                return Step(Stuck("not_proved"))
            case news.SomebodyInsists():
                return Step(Stuck("insisted"))
            case news.KeyShown(_, key_ref, is_last):
                return self.shown(state.target, state.challenge_id, key_ref, 1, is_last=is_last)
            case news.KeyDamaged():
                return self.next_candidate(
                    AskingOutcome(state.target, state.challenge_id, 0), "recovery.damaged", "damaged_key"
                )
            case news.KeyOutOfReach():
                return Step(state, (Say("recovery.out_of_reach", choices=ABOUT_LINK),))
            case news.ComputerChangedHands():
                return Step(Stuck("changed_hands"))
            case news.Proved():
                return Step(replace(state, approval=False))
            case _:
                waits = "recovery.approval_asked" if state.approval else "recovery.waiting"
                return Step(state, (Say(waits if state.live else "recovery.link_expired", choices=ABOUT_LINK),))

    @staticmethod
    def voided(why: str) -> Say:
        """After a no of somebody who was asked, or of the person about whoever stands behind them, only a human helps."""
        return Say(f"recovery.voided.{why}", choices=ABOUT_LINK if why == "signed_out" else (HUMAN,))

    def instead(self, state: Proving, told: said.Told) -> Next:
        """The person means another computer than the one the link is for."""
        step = self.told(told)
        void = Tell(flow_id(state.challenge_id), Voided("replaced"))
        return replace(step, effects=(void, *step.effects))

    def shown(self, target: Target, challenge_id: str, key_ref: str, views: int, *, is_last: bool) -> Next:
        asking = AskingOutcome(replace(target, key_ref=key_ref), challenge_id, views, spent=is_last)
        return Step(asking, (Say(f"recovery.shown.{target.device.platform}", choices=ABOUT_OUTCOME),))

    def asking_outcome(self, state: AskingOutcome, event: Event) -> Next:
        if getattr(event, "challenge_id", state.challenge_id) != state.challenge_id:
            return Step(state)
        match event:
            case news.OutcomeGiven(_, True):
                return self.solve(state.target, None, Say("recovery.solved"))
            case news.OutcomeGiven(_, False):
                return self.next_candidate(state, "recovery.next", "still_locked")
            case said.Worked():
                solved = self.solve(state.target, state.challenge_id, Say("recovery.solved"))
                got_in = Tell(keychange.rotation_of(state.target.device.id), keychange.PersonGotIn())
                return replace(solved, effects=(got_in, *solved.effects))
            case said.DidNotWork():
                still = Tell(keychange.rotation_of(state.target.device.id), keychange.PersonStillLocked())
                step = self.next_candidate(state, "recovery.next", "still_locked")
                return replace(step, effects=(still, *step.effects))
            case said.NewLinkAsked():
                return self.make_link(state.target, state.challenge_id)
            case news.KeyShown(_, key_ref, is_last) if state.shown and key_ref == state.target.key_ref:
                return Step(replace(state, views=state.views + 1, spent=is_last))
            case news.KeyShown(_, key_ref, is_last):
                return self.shown(state.target, state.challenge_id, key_ref, state.views + 1, is_last=is_last)
            case news.KeyDamaged():
                return self.next_candidate(state, "recovery.damaged", "damaged_key")
            case news.KeyOutOfReach():
                return Step(state, (Say("recovery.out_of_reach", choices=ABOUT_LINK),))
            case news.ComputerChangedHands():
                return Step(Stuck("changed_hands"))
            case news.LinkVoided(_, why):
                return Step(replace(state, live=False), (self.voided(why),))
            case news.GrantEnded():
                return Step(replace(state, live=False), (Say("recovery.did_it_work", choices=ABOUT_OUTCOME),))
            case news.SomebodyInsists():
                return Step(Stuck("insisted"))
            case said.Told(platform, key_id) if platform or key_id:
                return self.told(event)
            case _:
                return Step(state, (Say("recovery.did_it_work", choices=ABOUT_OUTCOME),))

    def next_candidate(self, state: AskingOutcome, text: str, else_: Reason) -> Next:
        """An older key, or another drive's. The grant covers them all; only when it is spent is a new proof asked."""
        tried = (*state.target.tried, state.target.key_ref)
        card = next((card for card in state.target.device.keys if card.key_ref not in tried), None)
        if card is None:
            return Step(Stuck(else_), (Say("recovery.no_more_keys"),))
        target = replace(state.target, key_ref=card.key_ref, tried=tried)
        kind = "other_drive" if card.drive == "data" else "older"
        views_allowed = 1 if self.who.on_shared_computer else VIEWS
        if not state.live or state.spent or state.views >= views_allowed:
            step = self.make_link(target, state.challenge_id)
            return replace(step, effects=(Say(f"{text}.{kind}"), *step.effects))
        asking = AskingOutcome(target, state.challenge_id, state.views, shown=False)
        words = Say(f"{text}.{kind}", choices=ABOUT_LINK)
        return Step(asking, (words, OfferCandidate(state.challenge_id, card.key_ref)))

    def solve(self, target: Target, challenge_id: str | None, text: Say) -> Next:
        over = () if challenge_id is None else (Tell(flow_id(challenge_id), Voided("finished")),)
        advice = Say(f"recovery.advice.{target.device.platform}")
        return Step(Solved(target.device.name), (*over, text, advice))

    def solved(self, state: Solved, event: Event) -> Next:
        match event:
            case said.Told(platform, key_id) if platform or key_id:
                return self.told(event)
            case said.Told() | said.DidNotWork():
                return Step(AskingPlatform(), (Say("recovery.ask_platform", choices=ABOUT_PLATFORM),))
            case said.Thanked() | said.Worked():
                return Step(state, (Say("recovery.you_are_welcome"),))
            case _:
                return Step(AskingPlatform(), (Say("reception.again", choices=ABOUT_PLATFORM),))
