"""Text as the mask reads it: plain letters, and one sign for whatever stands between, in whatever dress a key comes."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.recovery_key import HIDDEN, plain_letter

# One sign: "-", " ", or "\n" where a key must end.
_LONGEST_GAP = 80
_PIECE = re.compile(
    r"(?P<gap>(?:[^\w\\]+|_+|\\[nrt]?|\b(?:dash|minus|hyphen|(?:binde|gedanken)?strich|tiret|space|blank|leerzeichen|"
    r"comma|komma|virgule|dot|punkt|point|slash|schrägstrich)\b)+)|[^\W_]+",
    re.IGNORECASE,
)
_ENDS_A_KEY = re.compile(r"""["{}\[\]]|\\(?![nrt])""")


def foldings(text: str) -> Iterator[tuple[str, Sequence[int]]]:
    """The text folded, and where each of its letters came from. Letters of no width divide words, or do not."""
    plain = text.translate({ord(letter): plain_letter(letter) for letter in set(text) if not letter.isascii()})
    yield _folded(plain.replace(HIDDEN, " "), range(len(plain)))
    if HIDDEN in plain:
        shown = [place for place, letter in enumerate(plain) if letter != HIDDEN]
        yield _folded(plain.replace(HIDDEN, ""), shown)


def _folded(plain: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    pieces: list[str] = []
    origins: list[int] = []
    for found in _PIECE.finditer(plain):
        gap = found["gap"]
        pieces.append(_sign(gap) if gap else found.group())
        origins += places[found.start() : found.start() + 1 if gap else found.end()]
    return "".join(pieces), origins


def _sign(gap: str) -> str:
    if len(gap) > _LONGEST_GAP or _ENDS_A_KEY.search(gap):
        return "\n"
    is_dash = "-" in gap or "_" in gap or any(map(str.isalpha, gap))
    return "-" if is_dash and not re.search(r"[\n\\]", gap) else " "
