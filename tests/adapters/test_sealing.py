import secrets

import pytest

from adapters.sources.vault.sealing import BrokenSeal, Seal
from bot.domain.secret import Secret

KEY = "571021-695332-479127"


def test_a_sealed_secret_opens_where_it_belongs_and_tells_nothing_before() -> None:
    seal = Seal(secrets.token_bytes(32))

    sealed = seal.close(Secret(KEY), "row 1")

    assert KEY.encode() not in sealed
    assert seal.open(sealed, "row 1").open_to("check") == KEY


def test_every_flipped_bit_is_refused() -> None:
    seal = Seal(secrets.token_bytes(32))
    sealed = seal.close(Secret(KEY), "row 1")

    for place in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(BrokenSeal):
            seal.open(bytes(flipped), "row 1")


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 59, 60, 61, 80])
def test_a_cut_secret_is_refused(cut: int) -> None:
    seal = Seal(secrets.token_bytes(32))

    with pytest.raises(BrokenSeal):
        seal.open(seal.close(Secret(KEY), "row 1")[:cut], "row 1")


def test_another_row_and_another_wrapping_key_do_not_open_it() -> None:
    seal = Seal(secrets.token_bytes(32))
    sealed = seal.close(Secret(KEY), "row 1")

    with pytest.raises(BrokenSeal):
        seal.open(sealed, "row 2")
    with pytest.raises(BrokenSeal):
        Seal(secrets.token_bytes(32)).open(sealed, "row 1")


def test_a_new_wrapping_key_takes_over_without_opening_the_secret() -> None:
    old, new = Seal(secrets.token_bytes(32)), Seal(secrets.token_bytes(32))

    rewrapped = old.rewrapped(old.close(Secret(KEY), "row 1"), "row 1", new)

    assert new.open(rewrapped, "row 1").open_to("check") == KEY
    with pytest.raises(BrokenSeal):
        old.open(rewrapped, "row 1")


def test_one_secret_sealed_twice_looks_different_and_has_one_mark() -> None:
    seal = Seal(secrets.token_bytes(32))

    assert seal.close(Secret(KEY), "r") != seal.close(Secret(KEY), "r")
    assert seal.mark(Secret(KEY)) == seal.mark(Secret(KEY)) != seal.mark(Secret(KEY + "1"))
