"""Key IDs: found in whatever somebody typed off a blue screen, with the letters that only resemble a digit named."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.key_mask import mask_recovery_keys
from bot.domain.recovery_key import DASHES

SHORTEST, FULL = 4, 32
ALONE = 8
"""So many digits are a Key ID even when nobody asked for one: the first group on the screen."""

_RESEMBLES = {"O": "0", "Q": "0", "I": "1", "L": "1", "S": "5", "Z": "2", "G": "6", "T": "7"}
_LONGEST_TEXT, _LABEL_REACH = 2000, 80
_PLAIN_DASHES = str.maketrans(dict.fromkeys(DASHES, "-"))
_WORD = re.compile(r"[\w|!]+(?:-+[\w|!]+)*")
_UNASKED, _ASKED = {ALONE, *range(12, FULL + 1)}, {SHORTEST, *range(ALONE, FULL + 1)}
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD_AND_NUMBER = re.compile(r"[A-Z]{2,}\d+|\d+[A-Z]{2,}")
_MODEL = re.compile(r"[A-F]\d{3,5}")
_PREFIX = re.compile(r"(?:[^\W\d_]+-+)*id-+(?=\w)", re.IGNORECASE)
_KEY_ID_NAMED = re.compile(
    r"(?:(?:\b|key|schlüssel|kennwort)id|\b(?:identifier|identifiant|kennung|starts? with|beginnt mit|commence par))\b"
    r"(?: de(?: la)? cl[eé](?: de r[eé]cup[eé]ration)?)?(?: ?\([^()]*\))?"
    r"(?: (?:is|ist|lautet|est))?[ :=#-]*[{(\[\"'„“«]* ?$",
    re.IGNORECASE,
)
_OTHER_NAMED = re.compile(
    r"\b(?:serial|serien\w*|s/n|sn|error|fehler\w*|stop|ticket|case|incident|user|employee|staff|personal|mitarbeiter|"
    r"benutzer|teamviewer|anydesk|meeting|asset|inventar\w*|room|raum|zimmer|pin|model|modell|latitude|thinkpad)\b\W{0,3}"
    r"(?:(?:id|code|number|nummer|no|nr|is|ist)\b\W{0,3}){0,3}$",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"[\w.+-]{1,64}@\S+|https?://\S+|\bwww\.\S+|\b0x[0-9a-f]+"
    r"|(?<![\w-])(?:(?:19|20)\d\d-?[01]\d-?[0-3]\d(?:T\S*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}:\d\d(?::\d\d)?|\d+(?:\.\d\w*)+|\d{1,4}[kmgt]i?b"  # dates, times, versions, addresses, sizes
    r"|\(?0\d{1,4}\)?(?:[ /-]\d{2,3}){2,}(?:[ /-]?\d{1,8})?|\(?0\d{2,4}\)?[ /-]\d{5,}|\d{3}[ .-]\d{3}[ .-]\d{4})(?![\w-])"
    r"|\+ ?\d[\d ()/.-]{5,}|\b(?:phone|mobile|handy|tel\w*|call|ruf\w*|anrufen)\b\D{0,15}\d[\d /-]{5,}",  # telephones
    re.IGNORECASE,
)


_TRACE = re.compile(r"\d|(?:[A-Z]-*){4}")
"""A Key ID that nobody asked for has a digit, or four capitals in a row. Most sentences have neither."""


@dataclass(frozen=True, slots=True)
class Misread:
    """`position` counts from 1. `likely` is what the typed character is often taken for."""

    position: int
    typed: str
    likely: str


@dataclass(frozen=True, slots=True)
class TypedKeyId:
    """A Key ID, or its beginning, as a person typed it. `digits` is upper-case hex, 4 to 32 of it."""

    digits: str
    as_typed: str
    repaired: tuple[Misread, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """A stretch of the text; `bare` is upper case without dashes, empty when it cannot be read as hexadecimal.

    `is_hex`: without a digit no letter may be a misread one, `soil` is a word. `is_group`: nor is it `face` or `dead`.
    """

    start: int
    end: int
    bare: str
    is_hex: bool
    is_group: bool


def canonical_key_id(text: str) -> str:
    """A full Key ID as it is stored: upper case, grouped like a GUID. Raises ValueError."""
    bare = re.sub(r"[\s{}()-]", "", text.translate(_PLAIN_DASHES)).upper()
    if len(bare) != FULL or not _is_hex(bare):
        raise ValueError("a full Key ID has 32 hexadecimal digits")
    return "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))


def spaced(digits: str) -> str:
    """In fours, the way people read them out."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def find_key_id(text: str, *, asked: bool = False) -> TypedKeyId | None:
    """The Key ID in a sentence, if there is one. `asked`: the bot has just asked for it, so a lone word counts.

    A recovery key is never taken for one. Of several the one that was called a Key ID wins, then the longest.
    """
    if not asked and text.isascii() and not _TRACE.search(text):
        return None
    return _found_in(text, asked=asked)


def _found_in(text: str, *, asked: bool) -> TypedKeyId | None:
    kept = unicodedata.normalize("NFKC", mask_recovery_keys(text).text[:_LONGEST_TEXT])[:_LONGEST_TEXT]
    plain = _SOMETHING_ELSE.sub(" # ", " ".join(kept.translate(_PLAIN_DASHES).split()))
    words = [_word(found) for found in _WORD.finditer(plain)]
    found = [ranked for first in range(len(words)) for ranked in _starting_at(plain, words[first:], asked=asked)]
    best = max(found, key=lambda ranked: (ranked[0], len(ranked[1].digits)), default=None)
    return best[1] if best else None


def extended(before: TypedKeyId, more: str) -> TypedKeyId | None:
    """The Key ID with the next digits that the person typed behind it, or the whole if they typed it all again."""
    rest = _read(_bare(more), more) or find_key_id(more, asked=True)
    if rest is None or rest.digits.startswith(before.digits):
        return rest
    shift = len(before.digits)
    if shift + len(rest.digits) > FULL:
        return None
    repaired = tuple(Misread(one.position + shift, one.typed, one.likely) for one in rest.repaired)
    return TypedKeyId(before.digits + rest.digits, f"{before.as_typed} {rest.as_typed}", before.repaired + repaired)


def _starting_at(plain: str, words: list[_Word], *, asked: bool) -> Iterator[tuple[bool, TypedKeyId]]:
    """The first of these words, alone and with the groups behind it; whether it was called a Key ID ranks it."""
    before = plain[max(0, words[0].start - _LABEL_REACH) : words[0].start]
    if not words[0].bare or _OTHER_NAMED.search(before):
        return
    named = _KEY_ID_NAMED.search(before) is not None
    begins = named or not re.search(r"\w", plain[: words[0].start])
    for run in _runs(plain, words if begins or len(words[0].bare) % 4 == 0 else words[:1]):
        whole = begins and not re.search(r"\w", plain[run[-1].end :])
        if not (len(run) == 1 or _is_regular(run) or (whole and _is_spelled_out(run, asked=asked or named))):
            continue
        typed = _read("".join(word.bare for word in run), plain[run[0].start : run[-1].end])
        if typed and _is_plausible(typed, asked=asked, named=named, alone=asked and whole):
            yield named, typed


def _runs(plain: str, words: list[_Word]) -> Iterator[list[_Word]]:
    """One word, two, three …: as long as only blanks and dashes stand between and it is no longer than a Key ID."""
    length = 0
    for count, word in enumerate(words, start=1):
        length += len(word.bare)
        if not word.bare or length > FULL:
            return
        if count > 1 and not re.fullmatch(r"[ -]{1,3}", plain[words[count - 2].end : word.start]):
            return
        yield words[:count]


def _is_regular(run: list[_Word]) -> bool:
    """All fours, or a long group first and fours, eights or a twelve behind it. Two eights are two Key IDs."""
    sizes = [len(word.bare) for word in run]
    fits = set(sizes) == {SHORTEST} or (sizes[0] >= ALONE and sizes[0] % 4 == 0 and set(sizes[1:]) <= {4, 8, 12})
    is_two = sizes[:2] == [ALONE, ALONE] and sum(sizes) < FULL
    return fits and not is_two and all(word.is_hex for word in run) and run[0].is_group and run[-1].is_group


def _is_spelled_out(run: list[_Word], *, asked: bool) -> bool:
    """Where the message holds nothing else, its groups may have any length."""
    length = sum(len(word.bare) for word in run)
    return length >= (SHORTEST if asked else ALONE) and all(word.is_hex for word in run)


def _is_plausible(typed: TypedKeyId, *, asked: bool, named: bool, alone: bool) -> bool:
    """Not fooled by `dead`, `2024`, `Office365` or a model: a Key ID mixes both, or is long, or was called one."""
    bare = _bare(typed.as_typed)
    if bare.isalpha():
        is_shown = typed.as_typed.isupper() and (named or len(bare) >= ALONE)
        return not typed.repaired and " " not in typed.as_typed and (alone or is_shown)
    if alone or named:
        return True
    if bare.isdigit():
        is_year = _YEAR.fullmatch(bare) is not None
        return len(bare) in _UNASKED or (asked and not is_year and len(bare) in _ASKED)
    if typed.repaired:
        return not _WORD_AND_NUMBER.fullmatch(bare) and (len(bare) >= ALONE or re.search("[A-F]", bare) is not None)
    return asked or not _MODEL.fullmatch(bare)


def _word(found: re.Match[str]) -> _Word:
    prefix = _PREFIX.match(found.group())
    start = found.start() + (prefix.end() if prefix else 0)
    typed = found.string[start : found.end()].rstrip("!")
    bare = _bare(typed)
    is_hex = bare != "" and (not bare.isalpha() or _is_hex(bare))
    return _Word(start, start + len(typed), bare, is_hex, is_hex and (typed.isupper() or not bare.isalpha()))


def _bare(typed: str) -> str:
    """Upper case without dashes, braces and blanks; empty when some letter neither is hex nor resembles it."""
    bare = re.sub(r"[\s{}()-]", "", typed.translate(_PLAIN_DASHES)).upper().replace("|", "I").replace("!", "I")
    return bare if typed.isascii() and all(letter in _RESEMBLES or _is_hex(letter) for letter in bare) else ""


def _read(bare: str, as_typed: str) -> TypedKeyId | None:
    """The digits of one candidate, with the letters that only resemble a digit named."""
    if not SHORTEST <= len(bare) <= FULL:
        return None
    repaired = tuple(
        Misread(place, letter, _RESEMBLES[letter]) for place, letter in enumerate(bare, start=1) if letter in _RESEMBLES
    )
    return TypedKeyId("".join(_RESEMBLES.get(letter, letter) for letter in bare), as_typed.strip(), repaired)


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789ABCDEF" for letter in text)
