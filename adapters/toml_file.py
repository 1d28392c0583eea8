"""Files that administrators write: read whole and bounded, or refused with a sentence by whoever wants them."""

import tomllib
from collections.abc import Callable
from pathlib import Path

Refusal = Callable[[str], Exception]
"""Makes the error of whoever reads, out of a sentence."""


def text_of(path: Path, at_most: int, what: str, refusal: Refusal) -> str:
    """`what` it is too large to be. Raises what `refusal` makes."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise refusal(f"{path}: cannot be read ({error.strerror})") from None
    if len(raw) > at_most:
        raise refusal(f"{path.name}: is too large to be {what}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(f"{path.name}: is not text in UTF-8") from None


def content_of(text: str, name: str, refusal: Refusal) -> dict[str, object]:
    """Raises what `refusal` makes."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise refusal(f"{name}: is not TOML: {error}") from None
