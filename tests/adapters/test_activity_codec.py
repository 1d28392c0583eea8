from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.botframework.codec import BadActivity, dump_activity, read_activity, write_activity
from adapters.botframework.handler import heard_in
from adapters.botframework.utterance import CARD, utterance
from bot.effects import Choice, Say
from bot.wiring import codec
from dialogs.texts.catalogue import Catalogue, UnevenCatalogue, read_catalogue

TEAMS: dict[str, Any] = {
    "text": "hello there", "textFormat": "plain", "type": "message", "timestamp": "2026-11-21T01:02:03.456Z",
    "localTimestamp": "2026-11-21T02:02:03.456789+01:00", "id": "1700000000001", "channelId": "msteams", "serviceUrl": "https://smba.example/",
    "from": {"id": "29:1abc", "name": "Jane Doe", "aadObjectId": "0000aaaa-11bb-cccc-dd22-eeeeee333333"},
    "conversation": {"conversationType": "personal", "tenantId": "aaaabbbb", "id": "a:1conv"}, "recipient": {"id": "28:app", "name": "helpdesk"},
    "entities": [{"locale": "en-US", "country": "US", "platform": "Windows", "timezone": "Europe/Berlin", "type": "clientInfo"}],
    "channelData": {"tenant": {"id": "aaaabbbb"}}, "locale": "en-US", "attachments": [{"contentType": "text/html", "content": "<p>hello</p>"}],
}  # fmt: skip
json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
WORDS = read_catalogue({"home": "https://x"})


def test_nothing_that_a_channel_says_is_lost_on_the_way_through() -> None:
    written = write_activity(read_activity(orjson.dumps(TEAMS)))

    assert written.pop("conversation") == TEAMS["conversation"] | {"tenantID": "aaaabbbb"}
    assert written == {key: value for key, value in TEAMS.items() if key != "conversation"}


def test_the_tenant_is_read_where_teams_really_writes_it() -> None:
    assert read_activity(orjson.dumps(TEAMS)).conversation.tenant_id == "aaaabbbb"


@given(json)
def test_any_json_is_an_activity_or_a_bad_one(content: Any) -> None:
    try:
        read_activity(orjson.dumps(content))
    except BadActivity:
        return
    assert isinstance(content, dict)


@given(st.sampled_from(sorted(TEAMS)), json)
def test_a_real_activity_with_anything_in_one_place_is_read_or_refused_and_written_again(key: str, value: Any) -> None:
    try:
        activity = read_activity(orjson.dumps(TEAMS | {key: value}))
    except BadActivity:
        return
    orjson.loads(dump_activity(activity))
    heard_in(activity)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_activity_or_a_bad_one(body: bytes) -> None:
    try:
        read_activity(body)
    except BadActivity:
        return


@pytest.mark.parametrize(
    "body", [b"[" * 10_000, b'{"a":' * 10_000, orjson.dumps({"type": "message", "value": [0] * 5_000})]
)
def test_what_is_too_deep_or_too_much_is_refused(body: bytes) -> None:
    with pytest.raises(BadActivity):
        read_activity(body)


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ({"choice": "windows"}, "windows"),
        ({"choice": ["windows"]}, None),
        ({"choice": "x" * 500}, None),
        ("windows", None),
        ({"choice": "a\x00"}, None),
    ],
)
def test_only_a_plain_choice_is_heard(value: Any, choice: str | None) -> None:
    assert heard_in(read_activity(orjson.dumps({"type": "message", "value": value}))).choice == choice


def test_text_is_tidied_shortened_and_masked_at_the_door() -> None:
    heard = heard_in(
        read_activity(orjson.dumps({"type": "message", "text": " a\x00b\u0007 " + "111111-" * 8 + "x" * 9000}))
    )

    assert heard.text.startswith("ab [••••]")
    assert len(heard.text) <= 2000
    assert heard.had_key


def test_a_message_has_its_words_and_buttons_that_come_back_as_choices() -> None:
    say = Say("reception.greeting", {"name": "Alex"}, (Choice("windows", "choice.windows"),), language="de")

    written = write_activity(utterance(say, WORDS, lambda _: ""))

    assert written["text"].startswith("Hallo Alex")
    assert written["suggestedActions"]["actions"][0]["value"] == {"choice": "windows"}


def test_the_link_is_a_card_with_the_number_and_a_code_to_scan_drawn_by_us() -> None:
    say = Say("recovery.prove.windows", {"device": "LAPTOP", "number": "42"}, link="c1", number="42")

    (attachment,) = write_activity(utterance(say, WORDS, lambda challenge: f"https://x/unlock/{challenge}.secret"))[
        "attachments"
    ]

    text = orjson.dumps(attachment).decode()
    assert attachment["contentType"] == CARD
    assert attachment["content"]["actions"][0]["url"] == "https://x/unlock/c1.secret"
    assert "data:image/png;base64," in text
    assert len(text) < 25_000


def test_the_stored_line_holds_no_link() -> None:
    assert "unlock" not in codec().encode(
        Say("recovery.prove.windows", {"device": "L", "number": "42"}, link="c1", number="42")
    )


def test_a_catalogue_whose_languages_differ_is_refused() -> None:
    with pytest.raises(UnevenCatalogue):
        Catalogue({"en": {"a": "x"}, "de": {}}, {})
    with pytest.raises(UnevenCatalogue):
        Catalogue({"en": {"a": "{x}"}, "de": {"a": "{y}"}}, {})
