"""The same few people, computers and keys in every table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.devices import Device, KeyCard
from bot.domain.key_id import TypedKeyId
from bot.domain.people import PersonId, Principal
from bot.domain.release import Vouched
from dialogs.recovery.states import Target

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ALEX = PersonId("demo", "alex")
WHO = Principal(ALEX, "Alex Rivera", "Alex", "demo", NOW)
CURRENT = KeyCard("vault:current", "system", NOW, "4A7C2E1F-8D70-4720-8D5D-B8F67CB5903A")
OLDER = KeyCard("vault:older", "system", NOW, "99990000-8D70-4720-8D5D-B8F67CB5903A", current=False)
DATA = KeyCard("vault:data", "data", NOW, "4A7C1111-8D70-4720-8D5D-B8F67CB5903A")
LAPTOP = Device("LAPTOP", "LAPTOP-ALEX", "windows", "corporate", ALEX, "S1", (CURRENT, OLDER, DATA))
MAC = Device("MAC", "MAC-ALEX", "mac", "corporate", ALEX, "S2", (KeyCard("vault:mac", "system", NOW),))
MAC_TWO = Device("MAC2", "MAC-TWO", "mac", "corporate", ALEX, "S3", (KeyCard("vault:mac2", "system", NOW),))
BARE = Device("BARE", "LAPTOP-BARE", "windows", "corporate", ALEX, "S4")
TYPED = TypedKeyId("4A7C2E1F", "4A7C2E1F")
NEAR = TypedKeyId("4A7C2E1E", "4A7C2E1E")
AMBIGUOUS = TypedKeyId("4A7C", "4A7C")
UNKNOWN = TypedKeyId("00000000", "00000000")
TARGET = Target(LAPTOP, CURRENT.key_ref)
VOUCHED = Vouched(1001, ALEX, "LAPTOP", ("sign_in", "vouching"), ("vouching",), NOW + timedelta(hours=1), word_at=NOW)
VOUCHED_OTHER = replace(VOUCHED, person=PersonId("demo", "kim"))
RELEASED = Target(LAPTOP, CURRENT.key_ref, vouched=VOUCHED)
LAST = Target(LAPTOP, DATA.key_ref, (CURRENT.key_ref, OLDER.key_ref))
