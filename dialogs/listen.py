"""From words or a button to what the person means; in English and German at once, and never wrong about danger."""

import re
from typing import Literal

from bot.domain.cases import Instead
from bot.domain.devices import Platform
from bot.domain.key_id import find_key_id
from bot.domain.speech import Heard
from dialogs import said
from dialogs.danger import is_lost, is_not_me
from dialogs.said import Said
from dialogs.whole_words import whole_words

_BUTTONS: dict[str, Said] = {
    "windows": said.Told("windows"),
    "mac": said.Told("mac"),
    "private": said.PrivateComputer(),
    "human": said.HumanAsked(),
    "call_back": said.HumanAsked(),
    "lost": said.LostReported(),
    "not_me": said.NotMySession(),
    "restart": said.RestartAsked(),
    "worked": said.Worked(),
    "did_not_work": said.DidNotWork(),
    "new_link": said.NewLinkAsked(),
    "no_key_id": said.NoKeyIdSeen(),
    "found_it": said.FoundIt(),
    "not_there": said.NotThere(),
    "change_key": said.KeyChangeWanted(),
    "rate_good": said.Rated("good"),
    "rate_bad": said.Rated("bad"),
}
DEVICE_BUTTON = "device:"

_HUMAN = whole_words(
    r"agents?", r"colleagues?", r"humans?", r"real person", r"a person", r"somebody", r"someone", r"help ?desk", r"support", r"operator",
    r"talk to .*", r"speak to .*", r"call me", r"mitarbeiter\w*", r"mensch\w*", r"jemand\w*", r"kolleg\w+", r"berater\w*",
    r"menschliche\w*", r"mit .* (?:sprechen|reden)", r"ruf\w* mich an",
)  # fmt: skip
_RESTART = whole_words(
    r"start(?:ing)? (?:over|again|anew)",
    r"restart",
    r"begin again",
    r"reset",
    r"von vorn\w*",
    r"neu ?(?:anfangen|starten|start)",
    r"nochmal von anfang",
)
_MAC = whole_words(r"mac", r"macs", r"macbook\w*", r"imac", r"macos", r"filevault", r"file vault", r"apple")
_WINDOWS = whole_words(
    r"windows\w*", r"bitlocker", r"bit locker", r"surface", r"thinkpad", r"dell", r"lenovo", r"pc", r"win ?1[01]"
)
_PRIVATE = whole_words(
    r"(?:my )?(?:own|private|personal|home) (?:\w+ )?(?:computer|pc|laptop|notebook|windows|device)",
    r"private[rsn]? (?:\w+ )?(?:computer|pc|laptop|notebook|rechner|gerät)", r"privatrechner", r"privat-?pc", r"privatlaptop",
)  # fmt: skip
_NEW_LINK = whole_words(
    r"new link",
    r"another link",
    r"link (?:expired|is dead|does ?n[o']t work)",
    r"neue[nr]? link",
    r"link (?:abgelaufen|geht nicht)",
)
_NO_KEY_ID = whole_words(
    r"(?:do ?n[o']t|can(?:no|')t|cannot) (?:see|find) .*(?:key ?id|id|it)", r"no key ?id", r"where .*key ?id", r"what .*key ?id",
    r"(?:keine?|finde .*|sehe .*|wo .*|was .*)(?:schlüssel-?id|key ?id)",
)  # fmt: skip
_DID_NOT = whole_words(
    r"(?:did|does|do)(?: not|n'?t) work", r"not working", r"did ?n'?t", r"does ?n'?t", r"no", r"nope", r"wrong key", r"still locked", r"not accepted",
    r"(?:geht|ging|funktioniert|klappt|funktionierte)(?: \w+)? nicht", r"nicht (?:geklappt|funktioniert|gegangen)", r"nein", r"nee", r"falscher schlüssel", r"immer noch gesperrt",
)  # fmt: skip
_WORKED = whole_words(
    r"(?:it )?work(?:ed|s)", r"i(?:'m| am) in", r"unlocked", r"solved", r"yes", r"yep", r"yeah",
    r"(?:hat |es )?(?:geklappt|funktioniert)", r"bin (?:wieder )?drin", r"entsperrt", r"ja", r"läuft wieder",
)  # fmt: skip
_LOCKED = whole_words(
    r"locked\w*", r"lock ?out", r"recovery", r"blue screen", r"can(?:no|')t (?:log|sign|get) ?(?:in|on)?", r"key", r"gesperrt\w*", r"ausgesperrt",
    r"wiederherstellung\w*", r"schlüssel", r"komme nicht .*rein",
)  # fmt: skip
_HELLO = whole_words(
    r"hi",
    r"hello",
    r"hey",
    r"good (?:morning|afternoon|evening)",
    r"hallo",
    r"guten (?:morgen|tag|abend)",
    r"moin",
    r"servus",
    r"grüezi",
)
_THANKS = whole_words(r"thanks?", r"thank you", r"thx", r"cheers", r"danke\w*", r"vielen dank", r"merci")

_WHEN = whole_words(
    r"how (?:much )?long\w*", r"how many .*(?:ahead|before|waiting).*", r"when (?:will|does|do|is|are|can)", r"waiting time", r"queue",
    r"is (?:anybody|anyone) there", r"wie ?lange?", r"wie viele .*(?:vor|warten).*", r"wann", r"wartezeit", r"(?:warte)?schlange", r"ist (?:da|dort) (?:wer|jemand)",
)  # fmt: skip


def asks_when(text: str) -> bool:
    """Of somebody who waits: do they want to know how long?"""
    return _WHEN.search(text.lower()) is not None


_CALL_BACK = whole_words(
    r"(?:call|ring|phone) me", r"call ?back", r"give me a (?:call|ring)", r"ruf\w*(?: sie)? mich", r"rückruf\w*", r"(?:mich|bitte) (?:bitte )?(?:an|zurück)(?:zu)?rufen",
)  # fmt: skip
_NO_CALL = whole_words(
    r"(?:do ?n[o']t|do not|never|no|not) (?:\w+ ){0,2}(?:call|ring|phone)\w*", r"ruf\w* (?:\w+ ){1,3}nicht", r"(?:nicht|kein\w*|nie) (?:\w+ ){0,2}(?:an|rück|zurück)\w*",
)  # fmt: skip
_NOT_WAITING = whole_words(
    r"(?:can(?:no|')t|can not|won't|will not|do(?: not|n't) want to) (?:\w+ ){0,2}wait", r"(?:as|open|make|into) (?:\w+ )?a ticket",
    r"(?:kann|will|möchte|werde) (?:\w+ ){0,2}nicht (?:\w+ ){0,2}warten", r"warte nicht", r"(?:als|ein) ticket",
)  # fmt: skip
_WAITING = whole_words(
    r"i(?:'ll| will| can)? (?:rather )?wait", r"wait after all", r"ich warte", r"(?:doch|lieber|kann) warten"
)


def instead_of_waiting(text: str) -> Instead | Literal["waiting"] | None:
    """Of somebody who waits: do they want to be called, to go, or to wait after all?"""
    small = text.lower()
    if _CALL_BACK.search(small) and not _NO_CALL.search(small):
        return "call_back"
    if _NOT_WAITING.search(small):
        return "not_waiting"
    return "waiting" if _WAITING.search(small) else None


def listen(heard: Heard, *, key_id_asked: bool = False, called: str = "") -> Said:
    """Danger first, then a human, then the matter itself. `called`: the first name that the account has."""
    if heard.had_key:
        return said.KeyPasted()
    if heard.choice is not None:
        return _button(heard.choice)
    text = heard.text.strip()
    if heard.photo and not text:
        return said.PhotoSent()
    small = text.lower()
    if is_lost(small):
        return said.LostReported()
    if is_not_me(small, called):
        return said.NotMySession()
    for words, meaning in _FIRST:
        if words.search(small):
            return meaning
    key_id = find_key_id(text, asked=key_id_asked)
    if key_id is not None:
        return said.Told(_platform(small) or "windows", key_id)
    for words, meaning in _THEN:
        if words.search(small):
            return meaning
    if platform := _platform(small):
        return said.Told(platform)
    return _small_talk(small) or said.Unclear(text)


_FIRST: tuple[tuple[re.Pattern[str], Said], ...] = (
    (_RESTART, said.RestartAsked()),
    (_NEW_LINK, said.NewLinkAsked()),
    (_HUMAN, said.HumanAsked()),
)
_THEN: tuple[tuple[re.Pattern[str], Said], ...] = (
    (_PRIVATE, said.PrivateComputer()),
    (_NO_KEY_ID, said.NoKeyIdSeen()),
    (_DID_NOT, said.DidNotWork()),
    (_WORKED, said.Worked()),
)


def _button(choice: str) -> Said:
    if choice.startswith(DEVICE_BUTTON):
        return said.DevicePicked(choice.removeprefix(DEVICE_BUTTON))
    return _BUTTONS.get(choice, said.Unclear(""))


def _platform(small: str) -> Platform | None:
    if _MAC.search(small):
        return "mac"
    return "windows" if _WINDOWS.search(small) else None


def _small_talk(small: str) -> Said | None:
    if _LOCKED.search(small):
        return said.Told()
    if _THANKS.search(small):
        return said.Thanked()
    if _HELLO.search(small):
        return said.Greeted()
    return None
