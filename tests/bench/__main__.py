"""All measurements: `make bench`, or the named ones. Machines differ and are noisy, so read the ratios."""

import sys

from tests.bench import desk, numbers, teams, vault, webchat

MEASUREMENTS = {
    "webchat": webchat.run,
    "vault": vault.run,
    "teams": teams.run,
    "desk": desk.run,
    "numbers": numbers.run,
}

for name in sys.argv[1:] or MEASUREMENTS:
    MEASUREMENTS[name]()
