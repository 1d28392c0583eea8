"""What somebody wrote, as everything after this may take it: in one normal form, masked, not too long."""

import unicodedata

from bot.domain.key_mask import Masked, mask_recovery_keys

LONGEST_TEXT = 2_000
"""No longer than a person writes."""


def kept(text: str, longest: int = LONGEST_TEXT) -> Masked:
    """Cut only after it is masked: half a key is no key to the mask."""
    masked = mask_recovery_keys(tidy(text))
    return Masked(masked.text[:longest], masked.found)


def tidy(text: str) -> str:
    """Without control characters, and no longer than anybody looks at."""
    normal = unicodedata.normalize("NFC", text[: 4 * LONGEST_TEXT]).strip()
    if not normal.isprintable():
        normal = "".join(letter for letter in normal if letter.isprintable() or letter in "\n\t")
    return normal
