"""All measurements: `make bench`. Machines differ and are noisy, so read the ratios."""

from tests.bench import vault, webchat

webchat.run()
vault.run()
