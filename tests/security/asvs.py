"""Which requirements of OWASP ASVS 5.0 apply, how far each is met, and the summary of it in SECURITY.md.

`asvs.csv` says it in our own words; the standard's stand in the standard. `python -m tests.security.asvs` writes the summary anew.
"""

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("asvs.csv")
SECURITY = ROOT / "SECURITY.md"
STATUSES = ("met", "partly", "not yet", "not ours", "not assessed")
BEGIN, END = "<!-- asvs: written by python -m tests.security.asvs -->", "<!-- asvs ends -->"
REASON = "reason: "

CHAPTERS = {
    1: "Encoding and sanitization",
    2: "Validation and business logic",
    3: "Web frontend",
    4: "API and web service",
    5: "File handling",
    6: "Authentication",
    7: "Sessions",
    8: "Authorization",
    9: "Self-contained tokens",
    10: "OAuth and OIDC",
    11: "Cryptography",
    12: "Secure communication",
    13: "Configuration",
    14: "Data protection",
    15: "Secure coding and architecture",
    16: "Logging and error handling",
}
APPLY = """
1.2.1-4 1.2.9 1.3.3 1.3.6 1.3.11-12 1.5.2-3
2.1.3 2.2.1-3 2.3.1-5 2.4.1-2
3.2.1-2 3.3.1-5 3.4.1-8 3.5.1-5 3.5.8 3.6.1 3.7.2
4.1.1 4.1.3-5 4.2.1 4.2.5 4.4.1-4
5.1.1 5.2.1-2 5.2.4 5.2.6 5.3.2 5.4.1-3
6.1.1 6.1.3 6.3.1 6.3.3-8 6.4.2-4 6.5.1-6 6.5.8 6.6.1-4 6.8.1-2 6.8.4
7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.3 7.6.1-2
8.1.1-4 8.2.1-4 8.3.1-3 8.4.1-2
9.1.1-3 9.2.1-4
10.1.1-2 10.2.1-3 10.5.1-4
11.1.1-2 11.2.1-5 11.3.2-4 11.4.1 11.5.1 11.7.2
12.1.1 12.2.1 12.3.1-5
13.1.1-4 13.2.1-6 13.3.1-4 13.4.2 13.4.5
14.1.1-2 14.2.1-7 14.3.1-3
15.1.1-5 15.2.1-5 15.3.1-5 15.3.7 15.4.1-4
16.1.1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-4
"""


@dataclass(frozen=True, slots=True)
class Row:
    """`by`: files and settings. `tests`: as `file::test`. `reason`: why it is no more than that, or what is missing."""

    number: str
    asks: str
    status: str
    by: tuple[str, ...]
    tests: tuple[str, ...]
    reason: str

    @property
    def chapter(self) -> int:
        return int(self.number.partition(".")[0])


def applicable() -> tuple[str, ...]:
    """Every number that applies, in order."""
    return tuple(_numbers())


def _numbers() -> Iterator[str]:
    for entry in APPLY.split():
        section, _, which = entry.rpartition(".")
        first, _, last = which.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{section}.{number}"


def read(path: Path = TABLE) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_row(line) for line in csv.DictReader(file))


def _row(line: dict[str, str]) -> Row:
    tests, _, reason = line["test"].partition(REASON)
    return Row(line["number"], line["asks"], line["status"], _listed(line["by"]), _listed(tests), reason)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.split(";") if entry.strip())


@cache
def names_of(path: Path) -> frozenset[str]:
    """The names of the tests of a file, read and not run."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


def summary(rows: tuple[Row, ...]) -> str:
    counts = Counter((row.chapter, row.status) for row in rows)
    lines = [f"| chapter | {' | '.join(STATUSES)} |", f"|---|{'---|' * len(STATUSES)}"]
    for chapter, name in CHAPTERS.items():
        lines.append(f"| {chapter} {name} | {' | '.join(str(counts[chapter, status]) for status in STATUSES)} |")
    totals = Counter(row.status for row in rows)
    lines.append(f"| **all {len(rows)}** | {' | '.join(str(totals[status]) for status in STATUSES)} |")
    return "\n".join(lines)


def with_summary(document: str, rows: tuple[Row, ...]) -> str:
    """Raises ValueError where the document does not have the two markers, once and in order."""
    found = re.findall(f"{re.escape(BEGIN)}.*?{re.escape(END)}", document, re.DOTALL)
    if len(found) != 1:
        raise ValueError(f"{len(found)} places for the summary instead of one")
    return document.replace(found[0], f"{BEGIN}\n{summary(rows)}\n{END}")


if __name__ == "__main__":
    SECURITY.write_text(with_summary(SECURITY.read_text("utf-8"), read()), "utf-8")
