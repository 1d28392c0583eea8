"""The demo's computers are made up, but nobody who tries it meets what happens once in some thousands."""

from adapters.demo.computers import new_key_id
from bot.domain.key_id import find_key_id


def test_a_key_id_that_begins_like_a_word_or_a_date_is_not_given_to_a_computer() -> None:
    rest = "a1b2c3d4e5f60718293a4b5c"
    drawn = iter([f"effebccf{rest}", f"20090307{rest}", f"4a7c2e1f{rest}"])

    made = new_key_id(lambda _: next(drawn))

    assert made.startswith("4A7C2E1F")
    assert find_key_id("windows 4a7c2e1f")
    assert [find_key_id(f"windows {other}") for other in ("effebccf", "20090307")] == [None, None]
