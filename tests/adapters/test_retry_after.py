"""How long we wait when we are asked to."""

from datetime import UTC, datetime

import pytest

from adapters.retry_after import retry_after

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("17", 17.0),
        ("999999", 999_999.0),
        ("9" * 400, 999_999.0),
        ("Sat, 21 Nov 2026 09:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 10:01:30 +0100", 90.0),
        ("Sat, 21 Nov 2026 08:00:00 GMT", 0.0),
    ],
)
def test_seconds_and_dates_are_understood(text: str, seconds: float) -> None:
    assert retry_after(text, NOW) == seconds


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "soon",
        "-1",
        "1e9",
        "1.5",
        "١٢",
        "Sat, 21 Nov 2026 09:01:30 -0000",
        "Sat, 31 Feb 2026 09:00:00 GMT",
        "Sat, 21 Nov 2026 09:01:30 +99999999999999999999",
        "Sat, 21 Nov 99999999999999999999 09:01:30 GMT",
    ],
)
def test_nonsense_and_a_date_without_a_zone_ask_for_nothing(text: str | None) -> None:
    assert retry_after(text, NOW) is None
