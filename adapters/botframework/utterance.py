"""From a Say to an activity: words of the catalogue, buttons, and the card that leads to the person's own page. Never a key."""

from collections.abc import Callable

import segno
from botbuilder.schema import Activity, ActivityTypes, Attachment, CardAction, SuggestedActions

from bot.effects import Choice, Say
from bot.ports.words import Words

CARD = "application/vnd.microsoft.card.adaptive"
AddressOf = Callable[[str], str]


class Saying(Activity):
    """An activity that is made for one sending: `TurnContext` may have it as it is instead of a deep copy."""

    def __deepcopy__(self, memo: dict[int, object]) -> "Saying":
        del memo
        return self


def utterance(say: Say, words: Words, address_of: AddressOf) -> Activity:
    """`address_of` works out a challenge's address when it is needed, so that no history holds one."""
    text = words.phrase(say.language, say.text, say.facts)
    activity = Saying(type=ActivityTypes.message, text_format="plain", locale=say.language, input_hint="expectingInput")
    if say.link is None:
        activity.text = text
    else:
        card = card_of_link(say, text, words, address_of(say.link))
        activity.attachments = [Attachment(content_type=CARD, content=card)]
        activity.summary = text
    if say.choices:
        buttons = [_button(choice, words.phrase(say.language, choice.text, choice.facts)) for choice in say.choices]
        activity.suggested_actions = SuggestedActions(to=[], actions=buttons)
    return activity


def _button(choice: Choice, title: str) -> CardAction:
    return CardAction(type="messageBack", title=title, text=title, display_text=title, value={"choice": choice.id})


def card_of_link(say: Say, text: str, words: Words, address: str) -> dict[str, object]:
    """The words, the number to type on the page, a QR code for one's own phone, and the button."""

    def phrase(text_id: str) -> str:
        return words.phrase(say.language, text_id, {})

    number = {
        "type": "TextBlock",
        "text": say.number or "",
        "size": "ExtraLarge",
        "weight": "Bolder",
        "spacing": "None",
    }
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": no_links(text), "wrap": True},
            {
                "type": "ColumnSet",
                "columns": [
                    {
                        "type": "Column",
                        "width": "stretch",
                        "items": [
                            {"type": "TextBlock", "text": phrase("card.number"), "isSubtle": True, "wrap": True},
                            number,
                            {
                                "type": "TextBlock",
                                "text": phrase("card.lives"),
                                "isSubtle": True,
                                "wrap": True,
                                "size": "Small",
                            },
                        ],
                    },
                    {
                        "type": "Column",
                        "width": "auto",
                        "items": [
                            {"type": "Image", "url": qr(address), "altText": phrase("card.qr_alt"), "width": "116px"},
                        ],
                    },
                ],
            },
        ],
        "actions": [{"type": "Action.OpenUrl", "title": phrase("card.open"), "style": "positive", "url": address}],
    }


_NO_LINKS = str.maketrans("[]", "()")


def no_links(text: str) -> str:
    """A TextBlock reads Markdown: the name of a person or a device must not become a link."""
    return text.translate(_NO_LINKS)


def qr(address: str) -> str:
    """A picture inside the card: nobody else is asked to draw it. White around it, so that it reads in the dark."""
    return str(segno.make_qr(address, error="m").png_data_uri(scale=4, border=3, dark="#000", light="#fff"))
