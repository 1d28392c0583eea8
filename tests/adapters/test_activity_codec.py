"""What a channel says survives the codec; what nobody should say is refused as BadActivity, nothing else."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    Attachment,
    CardAction,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    HeroCard,
    SuggestedActions,
)
from botbuilder.schema.teams import NotificationInfo, TeamsChannelData
from hypothesis import given
from hypothesis import strategies as st

from adapters.botframework.codec import BadActivity, Limits, dump_activity, read_activity, write_activity
from adapters.botframework.handler import heard_in
from adapters.botframework.utterance import CARD, utterance
from bot.effects import Choice, Say
from bot.wiring import codec
from dialogs.texts.catalogue import Catalogue, UnevenCatalogue, read_catalogue

JSON = dict[str, Any]

TEAMS_MESSAGE: JSON = {
    "text": "hello there", "textFormat": "plain", "type": "message", "id": "1700000000001",
    "attachments": [{"contentType": "text/html", "content": "<p>hello there</p>"}],
    "timestamp": "2026-11-21T01:02:03.4567891Z", "localTimestamp": "2026-11-21T02:02:03.4567891+01:00",
    "channelId": "msteams", "serviceUrl": "https://smba.example/", "locale": "en-US", "localTimezone": "UTC",
    "from": {"id": "29:1abc", "name": "Jane Doe", "aadObjectId": "0000aaaa-11bb-cccc-dd22-eeeeee333333"},
    "conversation": {"conversationType": "personal", "tenantId": "aaaabbbb", "id": "a:1conv1"},
    "recipient": {"id": "28:app", "name": "helpdesk"}, "channelData": {"tenant": {"id": "aaaabbbb"}},
    "entities": [{"locale": "en-US", "country": "US", "timezone": "Europe/Berlin", "type": "clientInfo"}],
}  # fmt: skip
WEB_CHAT_GREETING: JSON = {
    "type": "message", "id": "96ea|0000001", "timestamp": "2026-11-21T01:26:25.690Z", "channelId": "webchat",
    "conversation": {"id": "96ea"}, "from": {"id": "helpdesk", "name": "Helpdesk", "role": "bot"},
    "text": "Hello, I can help with a locked disk.", "inputHint": "acceptingInput",
    "suggestedActions": {"actions": [{"type": "imBack", "title": "BitLocker", "value": "card"}]},
}  # fmt: skip
WEB_CHAT_MESSAGE: JSON = {
    "attachments": [], "channelData": {"attachmentSizes": [], "clientActivityID": "k2t6om7hp1f"},
    "text": "hello", "textFormat": "plain", "type": "message", "channelId": "webchat",
    "from": {"id": "dl_94d7", "name": "", "role": "user"},
    "locale": "en-US", "localTimestamp": "2026-11-21T01:26:25.821Z", "localTimezone": "UTC",
    "entities": [
        {"requiresBotState": True, "supportsListening": True, "type": "ClientCapabilities"},
    ],
}  # fmt: skip
PHOTO = {"contentType": "image/png", "name": "screen.png", "thumbnailUrl": "data:image/jpeg;base64,/9j/4AAQ"}
WEB_CHAT_UPLOAD: JSON = {
    "attachments": [PHOTO], "channelData": {"attachmentSizes": [78], "clientActivityID": "9p0s6s0kvvc"},
    "textFormat": "plain", "type": "message", "channelId": "webchat",
    "from": {"id": "dl_7fd5", "name": "", "role": "user"},
    "locale": "en-US", "localTimestamp": "2026-11-21T01:26:25.821Z", "localTimezone": "UTC",
}  # fmt: skip
CARD_SUBMIT: JSON = {
    "type": "message",
    "channelData": {"postBack": True, "clientActivityID": "k2"},
    "value": {"step": "keyid", "keyid": "abcd1234", "nothing": None, "deep": [[{"tried": 1.5}]]},
    "attachments": [],
}
REAL = (TEAMS_MESSAGE, WEB_CHAT_GREETING, WEB_CHAT_MESSAGE, WEB_CHAT_UPLOAD, CARD_SUBMIT)


def as_json(activity: Activity) -> JSON:
    return write_activity(activity)


# what survives


@pytest.mark.parametrize("said", REAL[1:], ids=("greeting", "message", "upload", "card submit"))
def test_what_web_chat_says_survives_unchanged(said: JSON) -> None:
    activity = read_activity(orjson.dumps(said))

    assert as_json(activity) == said
    assert orjson.loads(dump_activity(activity)) == said


def test_what_teams_says_survives_unchanged_but_for_finer_time_than_milliseconds() -> None:
    activity = read_activity(orjson.dumps(TEAMS_MESSAGE))

    moments = {"timestamp": "2026-11-21T01:02:03.456Z", "localTimestamp": "2026-11-21T02:02:03.456+01:00"}
    assert as_json(activity) == TEAMS_MESSAGE | moments


def test_a_teams_message_is_read_into_the_fields_of_the_sdk() -> None:
    activity = read_activity(TEAMS_MESSAGE)

    assert isinstance(activity, Activity)
    assert activity.type == ActivityTypes.message
    assert activity.from_property.aad_object_id == "0000aaaa-11bb-cccc-dd22-eeeeee333333"
    assert isinstance(activity.attachments[0], Attachment)
    assert activity.entities[0].additional_properties["timezone"] == "Europe/Berlin"
    assert activity.channel_data == {"tenant": {"id": "aaaabbbb"}}


def test_a_fresh_activity_has_the_same_fields_whether_read_or_made() -> None:
    assert read_activity(b'{"type":"message"}') == Activity(type="message")
    assert vars(read_activity(b'{"type":"message"}')).keys() == vars(Activity(type="message")).keys()


def test_the_tenant_of_a_conversation_is_found_although_the_sdk_misspells_it() -> None:
    activity = read_activity(TEAMS_MESSAGE)

    assert activity.conversation.tenant_id == "aaaabbbb"


def test_a_conversation_of_our_own_names_its_tenant_as_the_channel_does() -> None:
    activity = Activity(type="message", conversation=ConversationAccount(id="a:1", tenant_id="t"))

    assert as_json(activity)["conversation"] == {"id": "a:1", "tenantId": "t"}


def test_unknown_properties_survive_even_when_they_are_null() -> None:
    said = {"type": "message", "new": {"a": [1, None]}, "empty": None, "": 1, "from": {"id": "1", "x": False}}

    assert as_json(read_activity(said)) == said


def test_a_known_property_that_is_null_is_left_out() -> None:
    activity = read_activity({"type": "message", "text": None, "from": None})

    assert as_json(activity) == {"type": "message"}


def test_a_reply_is_read_back_as_it_was_written() -> None:
    reply = Activity(
        type=ActivityTypes.message,
        timestamp=datetime(2026, 11, 21, 1, 2, 3, 456_000, UTC),
        local_timestamp=datetime(2026, 11, 21, 2, 2, 3, tzinfo=timezone(timedelta(hours=1))),
        text="Grüße 🔑",
        from_property=ChannelAccount(id="28:1", name="helpdesk"),
        suggested_actions=SuggestedActions(to=["29:1"], actions=[CardAction(type="imBack", value={"a": 1})]),
        attachments=[Attachment(content_type="text/plain", content=["a", {"b": None}])],
        relates_to=ConversationReference(conversation=ConversationAccount(id="a:1", is_group=False)),
        listen_for=["key"],
    )

    again = read_activity(dump_activity(reply))

    assert again == reply
    assert again.local_timestamp.utcoffset() == timedelta(hours=1)


def test_a_subclass_of_an_activity_is_written_like_one() -> None:
    class Saying(Activity):
        pass

    assert as_json(Saying(type="message", text="hi")) == {"type": "message", "text": "hi"}


def test_models_inside_free_form_json_are_written_too() -> None:
    card = HeroCard(title="Key", buttons=[CardAction(type="imBack", title="Yes")])
    teams = TeamsChannelData(notification=NotificationInfo(alert=True))

    written = as_json(Activity(type="message", value={"cards": [card]}, channel_data=teams))

    assert written["value"] == {"cards": [{"title": "Key", "buttons": [{"type": "imBack", "title": "Yes"}]}]}
    assert written["channelData"] == {"notification": {"alert": True}, "onBehalfOf": []}


def test_what_is_written_shares_nothing_with_the_activity() -> None:
    activity = read_activity(CARD_SUBMIT)

    as_json(activity)["value"]["deep"].clear()

    assert activity.value == CARD_SUBMIT["value"]


# moments


@pytest.mark.parametrize(
    ("said", "microsecond"),
    [
        ("2026-11-21T01:02:03Z", 0),
        ("2026-11-21T01:02:03.4567891Z", 456_789),
        ("2026-11-21T02:02:03.4+01:00", 400_000),
        ("2026-11-21T01:02:03.456", 456_000),
    ],
)
def test_a_moment_is_aware_and_in_utc_whatever_its_digits(said: str, microsecond: int) -> None:
    moment = read_activity({"type": "message", "timestamp": said}).timestamp

    assert moment == datetime(2026, 11, 21, 1, 2, 3, microsecond, UTC)
    assert moment.tzinfo is UTC


def test_the_local_moment_keeps_its_offset() -> None:
    activity = read_activity({"type": "message", "localTimestamp": "2026-11-21T06:32:03+05:30"})

    assert activity.local_timestamp.utcoffset() == timedelta(hours=5, minutes=30)
    assert as_json(activity)["localTimestamp"] == "2026-11-21T06:32:03.000+05:30"


def test_every_other_moment_is_written_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  # the SDK's own traces carry such ones
    activity = Activity(type="message", timestamp=datetime(2026, 11, 21, 1, tzinfo=berlin), value=naive)

    written = as_json(activity)

    assert written["timestamp"] == "2026-11-21T00:00:00.000Z"
    assert written["value"] == "2026-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "moment",
    [
        "", "yesterday", "2026-11-21", "2026-13-21T01:02:03Z", "2026-11-21T25:02:03Z", "2026-11-21T01:02Z; DROP",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21T01:02:03+99:00",
        1_700_000_000, True, ["2026-11-21T01:02:03Z"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["timestamp", "localTimestamp", "expiration"])
def test_what_is_no_moment_is_refused(name: str, moment: object) -> None:
    with pytest.raises(BadActivity):
        read_activity(orjson.dumps({"type": "message", name: moment}))


# what is refused


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"message"', b"1", b"{}", b'{"type":""}', b'{"type":null}', b"\xff\xfe",
        b'{"type":"message","text":"\xff"}', b'{"type":"message","text":"\\ud800"}', b'{"type":"message"} {}',
        b'{"type":"message","value":NaN}', b'{"type":"message","value":-Infinity}', b'{"type":"m","value":1e9999}',
        b'{"type":"message","value":[123456789012345678901234567890]}', b"[" * 100_000, b'{"a":' * 100_000,
    ],
)  # fmt: skip
def test_bytes_that_are_no_activity_are_refused(body: bytes) -> None:
    with pytest.raises(BadActivity):
        read_activity(body)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": 1}, {"type": ["message"]}, {"text": 5}, {"text": True}, {"text": {"a": 1}}, {"from": "dl_x"},
        {"from": [{"id": "1"}]}, {"from": {"id": 1}}, {"conversation": True}, {"conversation": {"isGroup": "yes"}},
        {"conversation": {"isGroup": 1}}, {"conversation": {"tenantId": 5}}, {"attachments": {"contentType": "x"}},
        {"attachments": "none"}, {"attachments": [None]}, {"attachments": ["image/png"]}, {"entities": [[]]},
        {"attachments": [{"contentType": 1}]}, {"suggestedActions": {"actions": {"type": "imBack"}}},
        {"suggestedActions": {"to": [1]}}, {"semanticAction": {"entities": [{"type": "x"}]}},
        {"semanticAction": {"entities": {"a": 1}}}, {"textHighlights": [{"occurrence": True}]},
        {"textHighlights": [{"occurrence": 1.5}]},
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_type_is_refused(wrong: JSON) -> None:
    with pytest.raises(BadActivity):
        read_activity(orjson.dumps({"type": "message"} | wrong))


def circle() -> JSON:
    round_and_round: JSON = {"type": "message"}
    round_and_round["value"] = round_and_round
    return round_and_round


@pytest.mark.parametrize(
    "foreign",
    [
        {"type": "message", "value": float("nan")},
        {"type": "message", "value": float("inf")},
        {"type": "message", "value": 10**5_000},
        {"type": "message", "value": 2**64},
        {"type": "message", "value": b"bytes"},
        {"type": "message", "value": {("a", "b"): 1}},
        {"type": "message", "text": "\ud800"},
        {"type": "message", "\udfff": 1},
        circle(),
    ],
)
def test_a_mapping_that_is_not_json_is_refused(foreign: JSON) -> None:
    with pytest.raises(BadActivity):
        read_activity(foreign)


def nested(levels: int) -> bytes:
    """That many objects and lists in one another, the activity included."""
    return b'{"type":"message","value":' + b"[" * (levels - 1) + b"1" + b"]" * (levels - 1) + b"}"


def test_thirty_two_levels_are_read_and_no_more() -> None:
    read_activity(nested(32))

    with pytest.raises(BadActivity):
        read_activity(nested(33))


def test_too_many_entries_are_refused_wherever_they_are() -> None:
    few = Limits(entries=20)
    read_activity({"type": "message", "value": [0] * 18}, limits=few)

    with pytest.raises(BadActivity):
        read_activity({"type": "message", "value": [0] * 19}, limits=few)
    with pytest.raises(BadActivity):
        read_activity({"type": "message", "value": [{str(number): 0 for number in range(7)}] * 3}, limits=few)


@pytest.mark.parametrize(
    "long",
    [{"text": "a" * 101}, {"value": [{"b": "ü" * 101}]}, {"a" * 101: 1}, {"channelData": {"a" * 101: 1}}],
)
def test_a_text_or_a_name_that_is_too_long_is_refused(long: JSON) -> None:
    read_activity({"type": "message", "text": "a" * 100, "value": ["b" * 100]}, limits=Limits(text=100))

    with pytest.raises(BadActivity):
        read_activity({"type": "message"} | long, limits=Limits(text=100))


@pytest.mark.parametrize(
    "place", [b'{"text":%b', b'{"type":"message","timestamp":%b}', b'{"type":"message","from":%b}']
)
def test_a_refusal_does_not_carry_what_was_sent(place: bytes) -> None:
    with pytest.raises(BadActivity) as refusal:
        read_activity(place % b'"418055-123456"')

    assert "418055" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__context__ is None


# anything whatsoever

TEXTS = st.text() | st.sampled_from(["message", "2026-11-21T01:02:03Z", "\ud800", "0001-01-01T00:00:00+23:59"])
KNOWN = sorted(set().union(*REAL, {"id", "tenantId", "expiration", "relatesTo", ""}))
NAMES = st.sampled_from(KNOWN) | st.text()
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=25
)


def settles(body: bytes | JSON) -> None:
    """Either refused, or read into something that can be written, read again and heard."""
    try:
        activity = read_activity(body)
    except BadActivity:
        return
    written = as_json(activity)
    assert as_json(read_activity(written)) == written
    heard_in(activity)


@given(ANYTHING)
def test_any_json_is_read_or_refused(content: object) -> None:
    settles(json.dumps(content).encode())
    settles({"type": "message", "value": content})


@given(st.dictionaries(NAMES, ANYTHING, max_size=8))
def test_any_object_that_looks_like_an_activity_is_read_or_refused(content: JSON) -> None:
    settles({"type": "message"} | content)


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    settles(body)


def places(content: object, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    listed = enumerate(content) if isinstance(content, list) else ()
    entries = content.items() if isinstance(content, dict) else listed
    for name, value in entries:
        yield (*way, name)
        yield from places(value, *way, name)


@given(st.data(), st.sampled_from(REAL), ANYTHING)
def test_a_real_activity_with_anything_in_any_place_is_read_or_refused(
    data: st.DataObject, said: JSON, anything: object
) -> None:
    mutant: Any = deepcopy(said)
    *way, last = data.draw(st.sampled_from(list(places(said))))
    where = mutant
    for step in way:
        where = where[step]
    where[last] = anything

    settles(mutant)
    settles(json.dumps(mutant).encode())


@given(st.sampled_from(REAL), st.integers(0, 900), st.binary(max_size=3))
def test_a_real_activity_with_broken_bytes_is_read_or_refused(said: JSON, at: int, broken: bytes) -> None:
    body = orjson.dumps(said)

    settles(body[:at] + broken + body[at + 1 :])
    settles(body[:at])


# what we say ourselves is read back

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MAYBE = st.none() | WORDS
TRUTH = st.none() | st.booleans()
MOMENTS = st.none() | st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001  # the strategy wants naive bounds
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=11))]),
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1_000 * 1_000))
FREE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
ACCOUNTS = st.none() | st.builds(ChannelAccount, id=MAYBE, name=MAYBE, role=MAYBE, properties=FREE)
BUTTONS = st.lists(st.builds(CardAction, type=MAYBE, title=MAYBE, value=FREE), max_size=3)
SAID = st.builds(
    Activity,
    type=WORDS.filter(bool), id=MAYBE, text=MAYBE, channel_data=FREE, value=FREE,
    timestamp=MOMENTS, local_timestamp=MOMENTS, expiration=MOMENTS,
    from_property=ACCOUNTS, members_added=st.none() | st.lists(ACCOUNTS.filter(bool), max_size=3),
    conversation=st.none() | st.builds(ConversationAccount, id=MAYBE, tenant_id=MAYBE, is_group=TRUTH),
    suggested_actions=st.none() | st.builds(SuggestedActions, to=st.none() | st.lists(WORDS), actions=BUTTONS),
    attachments=st.none() | st.lists(st.builds(Attachment, content_type=MAYBE, content=FREE), max_size=3),
)  # fmt: skip


@given(SAID)
def test_whatever_is_written_is_read_back_equal(activity: Activity) -> None:
    assert read_activity(dump_activity(activity)) == activity
    assert read_activity(as_json(activity)) == activity


# what is heard, and what is said

PHRASES = read_catalogue({"home": "https://x"})


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

    written = as_json(utterance(say, PHRASES, lambda _: ""))

    assert written["text"].startswith("Hallo Alex")
    assert written["suggestedActions"]["actions"][0]["value"] == {"choice": "windows"}


def test_the_link_is_a_card_with_the_number_and_a_code_to_scan_drawn_by_us() -> None:
    say = Say("recovery.prove.windows", {"device": "LAPTOP", "number": "42"}, link="c1", number="42")

    (attachment,) = as_json(utterance(say, PHRASES, lambda challenge: f"https://x/unlock/{challenge}.secret"))[
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
