"""Moments as channels write them: any offset is read, and what is written has milliseconds."""

from datetime import UTC, datetime


def read_moment(text: str) -> datetime | None:
    """Nothing is raised here, because Python's error quotes the text."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC)
        if moment.tzinfo is not UTC:
            moment.astimezone(UTC)  # overflows when the moment exists in its own offset only
    except (ValueError, OverflowError):
        return None
    return moment


def write_moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
