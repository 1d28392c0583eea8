"""The buttons of the recovery conversation. A human is always one of them."""

from collections.abc import Iterable

from bot.domain.devices import Device
from bot.effects import Choice
from dialogs.listen import DEVICE_BUTTON

WINDOWS = Choice("windows", "choice.windows")
MAC = Choice("mac", "choice.mac")
PRIVATE = Choice("private", "choice.private")
NO_KEY_ID = Choice("no_key_id", "choice.no_key_id")
NEW_LINK = Choice("new_link", "choice.new_link")
NOT_ME = Choice("not_me", "choice.not_me")
WORKED = Choice("worked", "choice.worked")
DID_NOT_WORK = Choice("did_not_work", "choice.did_not_work")
LOST = Choice("lost", "choice.lost")
CHANGE_KEY = Choice("change_key", "choice.change_key")
RESTART = Choice("restart", "choice.restart")
HUMAN = Choice("human", "choice.human")

ABOUT_PLATFORM = (WINDOWS, MAC, PRIVATE, LOST, HUMAN)
ABOUT_KEY_ID = (NO_KEY_ID, PRIVATE, HUMAN)
ABOUT_LINK = (NEW_LINK, NOT_ME, HUMAN)
ABOUT_PASTED = (CHANGE_KEY, RESTART, HUMAN)
ABOUT_OUTCOME = (WORKED, DID_NOT_WORK, HUMAN)


def of_devices(devices: Iterable[Device]) -> tuple[Choice, ...]:
    named = (Choice(f"{DEVICE_BUTTON}{device.id}", "choice.device", {"device": device.name}) for device in devices)
    return (*named, HUMAN)
