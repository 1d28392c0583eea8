"""What users of other helpdesk bots complain about, each with the story that shows how it is here."""

import csv
from pathlib import Path

HERE = Path(__file__).parent


def test_every_complaint_has_its_story() -> None:
    with (HERE / "complaints.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) >= 14
    for row in rows:
        stories = row["where it is told here"].split()
        assert stories, row
        assert all((HERE / f"{story}.story").exists() for story in stories), row
