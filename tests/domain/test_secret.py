import copy
import json
import pickle
from collections.abc import Callable

import orjson
import pytest

from bot.codec import Codec, UnknownShape
from bot.domain.secret import Secret
from bot.effects import Say

SECRET = Secret("571021-695332")


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, "{!r:>40}".format, lambda secret: f"{secret:>30}", lambda secret: f"{[secret]}"]
)
def test_a_secret_is_never_shown(show: Callable[[Secret], str]) -> None:
    assert "571021" not in show(SECRET)


@pytest.mark.parametrize(
    "use",
    [
        json.dumps, orjson.dumps, pickle.dumps, copy.copy, copy.deepcopy, hash, bool, len, list,
        lambda secret: secret == SECRET, lambda secret: secret != "571021-695332", lambda secret: secret < SECRET,
        lambda secret: "5" in secret, lambda secret: secret[0], lambda secret: {secret: 1},
    ],
)  # fmt: skip
def test_nothing_can_be_done_with_a_secret_but_open_it(use: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError):
        use(SECRET)


def test_it_opens_for_a_purpose() -> None:
    assert SECRET.open_to("show") == "571021-695332"


def test_an_exception_with_a_secret_in_it_does_not_tell_it() -> None:
    assert "571021" not in repr(ValueError(SECRET))


def test_the_codec_refuses_to_store_a_secret() -> None:
    with pytest.raises(UnknownShape):
        Codec([Say]).encode(SECRET)
