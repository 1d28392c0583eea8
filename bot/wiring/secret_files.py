"""Secrets that administrators keep in files: read once, at the start, and named by their setting where they cannot be used."""

from pathlib import Path

from bot.domain.secret import Secret


class CannotServe(ValueError):
    """Something without which nobody may be served is missing. Said in words, and nobody is served."""


def secret_in(file: Path, setting: str) -> Secret:
    """Raises CannotServe."""
    try:
        text = content_of(file, setting).decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise CannotServe(f"{setting}: {file} is no text") from error
    if not text:
        raise CannotServe(f"{setting}: {file} is empty")
    return Secret(text)


def content_of(file: Path, setting: str) -> bytes:
    """Raises CannotServe."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CannotServe(f"{setting}: {file} cannot be read: {error.strerror}") from error
