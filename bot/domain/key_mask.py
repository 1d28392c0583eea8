"""The mask that keeps a pasted recovery key out of all we store, in whatever dress it comes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.key_folding import foldings
from bot.domain.recovery_key import (
    DASHES,
    FILEVAULT_GROUPS,
    FILEVAULT_LENGTH,
    GROUP_CHECK,
    GROUP_LIMIT,
    GROUPS,
)

_KEY_ID_LENGTH, _KEY_ID_PART = 32, 20
MASK = "[••••]"

# 1. What is worth a closer look. Most sentences end here, so it costs little and knows only a key's rough outline.
_FORMS = "\u2070-\u209c\u2460-\u24ff\uff10-\uff5a\U0001d400-\U0001d7ff\U0001f130-\U0001f149"
_MANY = re.compile(rf"(?:[^A-Z\d{_FORMS}]*[A-Z\d{_FORMS}]){{20}}")
_DASHED = re.compile(rf"(?:[^-_{DASHES}]*[-_{DASHES}]){{4}}")
_STRANGE = re.compile(rf"[\u0300-\u036f\u200b-\u200f\u2060-\u2064\u20dd-\u20e4\ufe00-\ufe0f\ufeff{_FORMS}]")
_DIGIT = re.compile(r"\d")
_NAMES_AND_TIMES = re.compile(
    r"\b(?:(?=[\d-]{0,35}[A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|\d{4}-\d\d-\d\dT\d\d:[\d:.]{2,20}Z?)\b"
)
_ALNUM = "[A-Za-z0-9]"
_REGULAR = re.compile(
    rf"\b(?:{_ALNUM}{{4}}(?:[\W_]{{1,80}}(?:[^\W_]{{1,12}}[\W_]{{1,80}})?{_ALNUM}{{4}}\b){{4}}|{_ALNUM}{{24}}\b|"
    + "|".join(
        rf"{_ALNUM}{{{size}}}(?:[\W_]{{1,80}}{_ALNUM}{{{size}}}\b){{{count - 1}}}"
        for size, count in ((1, 4), (2, 12), (3, 8), (6, 3), (8, 3), (12, 2))
    )
    + ")"
)

_SHELL = re.compile(r"""(\\u[0-9A-Fa-f]{4}|\\.|["{}\[\]])""", re.DOTALL)
"""Stays where a key is masked around it: JSON that is masked stays JSON."""

# 2. Keys in the folded text. A run is entered only where it starts, and what separates never fits what is separated:
# the time is linear in the text. No possessive quantifiers: Python 3.11.2 matches wrongly with them (gh-106052).
_FORTY_DIGITS = re.compile(r"(?<!\d)(?<!\d[- ])\d(?:[- ]?\d){39,}")
_FOUR_SIXES = re.compile(r"(?<!\d)\d{6}(?:[- ]?\d{6}){3,}(?:[- ]?\d{1,5}(?!\d))?")
_THREE_SIXES = re.compile(r"(?<!\d)\d{6}(?:[- ]?\d{6}){2}(?!\d)(?![- ]?\d{6})")
_SIX_DIGITS = re.compile(r"\d{6}")
_SIX = re.compile(r"(?<!\d)\d{6}(?!\d)")
_FOUR = re.compile(r"\b(?:[A-Z0-9]{4}|(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{4})\b")
_REACH = 30
"""So far from one group to the next one there may be words: "the third is"."""
_ONE_PIECE = re.compile(rf"\b{_ALNUM}{{24}}\b")
_FOURS, *_CHUNKS = (
    re.compile(rf"\b{_ALNUM}{{{size}}}(?:[- ]{_ALNUM}{{{size}}}\b){{{least - 1},}}")
    for size, least in ((4, 5), (1, 20), (2, 12), (3, 8), (6, 4), (8, 3), (12, 2))
)
_SHOUTED = re.compile(r"\b[A-Z0-9]{1,4}\b(?:[- ][A-Z0-9]{1,4}\b)*")
_HEX_RUN = re.compile(r"\b[0-9A-Fa-f]+\b(?:[- ][0-9A-Fa-f]+\b)*")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_READS_AS_HEX = re.compile(r"[0-9A-FOQILSZGT]+")
_CHANGE = re.compile(r"\d(?=[^\W\d])|[^\W\d](?=\d)")
_EVERYDAY = re.compile(r"(?:19|20)\d\d|\d{1,3}(?:st|nd|rd|th|am|pm|uhr|min|[kmgt]b|[mg]hz|[ckm]m|kg|ms)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Masked:
    """Text that may be kept; `found` tells that a recovery key stood in it."""

    text: str
    found: bool


def mask_recovery_keys(text: str, *, expecting_key: bool = False) -> Masked:
    """Blacks out all that looks like a recovery key, or like a good part of one; all else stays as it was.

    In doubt small-letter words are prose, unless `expecting_key`: then somebody was asked for a key.
    """
    if not (expecting_key or _is_worth_a_look(text)):
        return Masked(text, found=False)
    spans = [
        (places[start], places[stop - 1] + 1)
        for folded, places in foldings(text)
        for start, stop in _keys_in(folded, expecting_key)
    ]
    return Masked(_without(text, spans), found=True) if spans else Masked(text, found=False)


def _is_worth_a_look(text: str) -> bool:
    """No key has fewer letters; capitals, digits or dashes betray it, or small letters in chunks of one size."""
    if len(text) < FILEVAULT_LENGTH - 4:
        return False
    if not text.isascii() and _STRANGE.search(text):
        return True
    if _MANY.match(text) or _DASHED.match(text):
        plainer = _NAMES_AND_TIMES.sub(" ", text)
        return plainer == text or _is_worth_a_look(plainer)
    return _DIGIT.search(text) is not None and _REGULAR.search(text) is not None


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((start, stop))
    kept, end = [], 0
    for start, stop in merged:
        parts = enumerate(_SHELL.split(text[start:stop]))
        masked = (part if place % 2 or not any(map(str.isalnum, part)) else MASK for place, part in parts)
        kept += [text[end:start], *masked]
        end = stop
    return "".join([*kept, text[end:]])


def _keys_in(folded: str, expecting_key: bool) -> Iterator[tuple[int, int]]:  # noqa: FBT001  # handed through
    for digits in (_FORTY_DIGITS, _FOUR_SIXES):
        yield from (found.span() for found in digits.finditer(folded))
    yield from (
        found.span() for found in _THREE_SIXES.finditer(folded) if _are_of_bitlocker(_SIX_DIGITS.findall(found.group()))
    )
    yield from (_ends(chain) for chain in _chains(_SIX, folded) if _are_bitlocker([one.group() for one in chain]))
    rest = _HEX_RUN.sub(_without_key_id, folded)
    yield from (_ends(chain) for chain in _chains(_FOUR, rest) if _are_filevault([one.group() for one in chain]))
    yield from (found.span() for found in _ONE_PIECE.finditer(rest) if _is_solid(found.group(), expecting_key))
    yield from (found.span() for found in _SHOUTED.finditer(rest) if _is_torn(found.group()))
    yield from (found.span() for found in _FOURS.finditer(rest) if _is_filevault(found.group(), expecting_key))
    for chunks in _CHUNKS:
        yield from (found.span() for found in chunks.finditer(rest) if _is_chunked(found.group(), expecting_key))


def _chains(group: re.Pattern[str], folded: str) -> Iterator[list[re.Match[str]]]:
    """Groups with words between, "first 111111, then 222222 …"."""
    chain: list[re.Match[str]] = []
    for found in group.finditer(folded):
        if chain and found.start() - chain[-1].end() > _REACH:
            yield chain
            chain = []
        chain.append(found)
    yield chain


def _ends(chain: list[re.Match[str]]) -> tuple[int, int]:
    return chain[0].start(), chain[-1].end()


def _are_of_bitlocker(sixes: list[str]) -> bool:
    """Three that all pass the check are part of a key that is sent in pieces: by chance three numbers do once in 1,331 times."""
    return all(_passes(six) for six in sixes)


def _passes(six: str) -> bool:
    return int(six) % GROUP_CHECK == 0 and int(six) < GROUP_LIMIT


def _are_bitlocker(sixes: list[str]) -> bool:
    """With words between, only the check tells a key from other numbers."""
    valid = sum(map(_passes, sixes))
    return valid >= GROUPS // 2 and valid * 2 >= len(sixes)


def _are_filevault(fours: list[str]) -> bool:
    """With words between, only groups of capitals and digits tell; small ones only where they mix both."""
    odd = [four for four in fours if not _EVERYDAY.fullmatch(four)]
    mixed = sum(map(_is_mixed, odd))
    is_whole = len(fours) >= FILEVAULT_GROUPS and len(odd) >= FILEVAULT_GROUPS - 1 and mixed > 0
    return (is_whole or mixed >= FILEVAULT_GROUPS - 1) and not _is_key_id("".join(odd))


def _is_filevault(run: str, expecting_key: bool) -> bool:  # noqa: FBT001  # handed through
    """Not a Key ID, and not prose. Five groups are enough where dashes join them, or where they plainly are no words."""
    groups = re.findall(r"\w+", run)
    if _is_key_id("".join(groups)):
        return False
    if run.count("-") >= FILEVAULT_GROUPS - 2:
        return True
    if len(groups) < FILEVAULT_GROUPS:
        return sum(_is_mixed(group) and not _EVERYDAY.fullmatch(group) for group in groups) > 1
    return expecting_key or _is_spelled(groups)


def _is_chunked(run: str, expecting_key: bool) -> bool:  # noqa: FBT001  # handed through
    """A key has some digits. Prose in chunks of one size has hardly any; in ones and twos there is no prose."""
    bare = re.sub(r"[- ]", "", run)
    is_small = run[1] in "- " or run[2] in "- "
    seems = expecting_key or (not bare.isalpha() if is_small else _is_restless(bare))
    return seems and not bare.isdigit() and not _is_key_id(bare)


def _is_solid(run: str, expecting_key: bool) -> bool:  # noqa: FBT001  # handed through
    """Not an identifier in mixed case, not a long word. Telephones write the first letter large."""
    rest = run[1:]
    looks = expecting_key or run.isupper() or (rest == rest.lower() and not run.isalpha())
    return looks and not _is_key_id(run)


def _is_torn(run: str) -> bool:
    """As many capitals and digits as a key has, in chunks of any size."""
    bare = re.sub(r"[- ]", "", run)
    return len(bare) == FILEVAULT_LENGTH and _is_restless(bare) and not _READS_AS_HEX.fullmatch(bare)


def _is_restless(bare: str) -> bool:
    """Changes between letters and digits as often as chance does, and words with numbers among them do not."""
    return len(_CHANGE.findall(bare)) * 6 >= len(bare)


def _is_spelled(groups: list[str]) -> bool:
    """Words have no digits, and are rarely shouted; a year or a date among them is no digit."""
    odd = [group for group in groups if not _EVERYDAY.fullmatch(group)]
    return any(map(_is_mixed, odd)) or sum(not group.isalpha() or group.isupper() for group in odd) * 2 >= len(groups)


def _is_mixed(group: str) -> bool:
    return not group.isalpha() and not group.isdigit()


def _without_key_id(run: re.Match[str]) -> str:
    """So much in hexadecimal is no part of a FileVault key."""
    bare = re.sub(r"[- ]", "", run.group())
    return run.group() if len(bare) < _KEY_ID_PART or bare.isdigit() else "\n" * len(run.group())


def _is_key_id(bare: str) -> bool:
    """All hexadecimal, or as long as a Key ID and hexadecimal but for misread letters. Digits alone are a key."""
    if bare.isdigit():
        return False
    return _HEX.fullmatch(bare) is not None or (
        len(bare) == _KEY_ID_LENGTH and _READS_AS_HEX.fullmatch(bare.upper()) is not None
    )
