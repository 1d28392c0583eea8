"""Links of notices that were sent before links said what they are about and when they end."""

import base64
import json
from typing import Any, cast

import pytest

from bot.objection import OLD_LINKS_END, Objections, OldNotice
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize(("device", "about"), [(("LAPTOP", "LAPTOP-ALEX"), "key_shown"), (("", ""), "app")])
def test_a_link_from_before_works_until_the_last_of_them_ends(device: tuple[str, str], about: str) -> None:
    clock, nobody = FakeClock(), cast("Any", None)
    objections = Objections(nobody, nobody, nobody, nobody, clock, b"secret", "https://sparekey.example.org")
    content = base64.urlsafe_b64encode(json.dumps(("notice", "demo", "alex", *device)).encode()).decode().rstrip("=")
    link = f"{content}.{objections._sign(content)}"

    read = objections.read(link)

    assert (read.about, read.device_id, read.device_name) == (about, *device)
    clock.advance((OLD_LINKS_END - clock.now()).total_seconds())
    with pytest.raises(OldNotice):
        objections.read(link)
