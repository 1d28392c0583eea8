"""The composition root: settings in, application out."""

from bot.wiring.demo import DemoHouse, demo_house
from bot.wiring.flows import codec, kinds
from bot.wiring.house import House
from bot.wiring.keeping import open_store, open_vault
from bot.wiring.rooms import Around
from bot.wiring.teams import credential_of, registration_of

__all__ = [
    "Around",
    "DemoHouse",
    "House",
    "codec",
    "credential_of",
    "demo_house",
    "kinds",
    "open_store",
    "open_vault",
    "registration_of",
]
