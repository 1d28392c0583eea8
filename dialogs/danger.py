"""What is heard before all else: that a computer is gone, or that the account is another's. No more than the words say.

A person who has lost a key is whom we are here for; a person who has lost a computer is blocked until an agent lifts it.
"""

import re

from dialogs.whole_words import whole_words

_THING = (
    r"(?:laptop|notebook|thinkpad|surface|computer|pc|mac|macbook|ipad|tablet|phone|iphone|smartphone|device|machine|handy|rechner"
    r"|gerät|telefon|(?:dienst|firmen)(?:laptop|handy|rechner|notebook))"
)
_PART = (
    r"(?:keys?|passwords?|passcodes?|passphrases?|pins?|codes?|ids?|log-?ins?|access|connections?|authenticators?|apps?|numbers?"
    r"|data|files?|chargers?|cables?|\w*schlüssels?|\w*passwor[dt]\w*|\w*passwört\w*|\w*kennw[oö]rt\w*|zugang\w*|verbindung\w*|\w*daten"
    r"|netz|netzwerk|kontakt|ladekabel|ladegerät|netzteil)"
)
"""What is not the computer: lost, it endangers nobody."""

_STOLEN = whole_words(
    r"stolen", r"(?:was|got|been|were) (?:robbed|mugged)", r"theft", r"gestohlen\w*", r"geklaut\w*", r"diebstahl", r"bestohlen",
    r"entwendet\w*", r"ausgeraubt", r"geraubt",
    rf"(?:stole|nicked|snatched|ran off with) (?:my|our) (?:\w+ ){{0,2}}{_THING}",
    rf"(?:somebody|someone|thief|thieves|they|he|she) (?:\w+ )?took (?:my|our) (?:\w+ ){{0,2}}{_THING}",
    rf"{_THING}(?: \w+){{0,3}} mitgenommen",
)  # fmt: skip
_LOST = whole_words(
    rf"(?:i(?:'ve| have)? )?(?:lost|left behind|misplaced) (?:my|the|our) (?:\w+ ){{0,2}}{_THING}",
    rf"(?:my|the) (?:\w+ ){{0,2}}{_THING} (?:is|was|went|has gone|has been|got) (?:lost|missing)",
    rf"my (?:\w+ ){{0,2}}{_THING} is gone(?! \w)",
    rf"(?:mein|unser) (?:\w+ ){{0,2}}{_THING} ist weg(?! \w)",
    rf"{_THING}(?: \w+){{0,3}} (?:verloren|abhanden gekommen|verschwunden|liegen ?gelassen|liegen ?lassen)",
)
_LOST_OF_IT = whole_words(
    rf"{_THING}(?:'?s)?[ -](?:(?:recovery|bitlocker|filevault|windows|login) )?{_PART}",
    rf"{_PART} (?:for|to|of|from|on|für|zu|zum|zur|von|vom|des|am|auf) (?:(?!and |und )\w+ ){{0,2}}{_THING}s?",
    rf"{_PART} (?:my|the|mein|der|das) {_THING} (?:is|won'?t|wants|asks|does|ist|will|fragt|geht)",
    rf"{_THING} (?:(?!und |mit |samt |inklusive |inkl |nebst |plus )\w+ ){{0,2}}{_PART} (?:verloren|abhanden|verschwunden|liegen)",
    r"(?:is|was) missing (?:an?|the|its|any|some) (?!few|couple|day|week|month|while|whole|long|second)\w+",
    rf"(?:is|was) missing (?:\w+ )?{_PART}",
    r"(?:is|was) missing (?:from|in|on) (?:the|this|that|your|my) (?:\w+ )?(?:list|menu|page|chat|portal|directory)",
    rf"(?:am|auf|im|beim) (?:(?:dem|der|meinem|meiner|unserem|diesem) )?{_THING}",
)
"""What somebody lost of a computer, or what a computer lost. It is taken out before anybody looks for a lost computer."""

_NOT_ME = whole_words(
    r"not my (?:account|session|name)", r"(?:that|this)(?: is|'s) not me", r"someone else'?s (?:account|session)",
    r"my name is(?:n'?t| not)",
    r"i(?:'m| am) not (?:him|her|this person|that person|the (?:owner|person) of th\w+ (?:account|session))",
    r"(?:ist|war) (?:\w+ )?nicht mein (?:konto|account|name)", r"das bin (?:ich nicht|nicht ich)", r"fremde[srmn]? (?:konto|sitzung)",
    r"ich bin nicht (?:diese person|d(?:er|ie) (?:inhaber|besitzer)\w*)", r"ich heiße nicht",
)  # fmt: skip


def is_lost(small: str) -> bool:
    """A computer or a phone is gone. Stolen is stolen, whatever it was."""
    if _STOLEN.search(small):
        return True
    return _LOST.search(small) is not None and _LOST.search(_LOST_OF_IT.sub(" … ", small)) is not None


def is_not_me(small: str, called: str = "") -> bool:
    """They say that the account is not theirs. Whoever is not receiving a code has not said so. `called`: the account's first name."""
    if _NOT_ME.search(small):
        return True
    name = called.lower()
    if not name or name not in small:
        return False
    return (
        whole_words(rf"(?:i(?:'m| am)|ich bin|this is|that is|das ist) (?:not|nicht) {re.escape(name)}").search(small)
        is not None
    )
