"""What a conversation learns as it goes, for the human who may have to go on with it. Never a key."""

from dataclasses import replace

from bot import news
from bot.challenge import MakeChallenge
from bot.domain.cases import Learnt
from bot.finding import KeysFound
from dialogs import said

WORDS_KEPT = 20


def learn(learnt: Learnt, event: object) -> Learnt:
    """From what the world told."""
    match event:
        case KeysFound(findings) if findings.silent:
            return replace(learnt, silent_sources=findings.silent)
        case news.Proved(_, methods):
            return replace(learnt, proof=methods)
        case news.KeyShown(_, key_ref) if key_ref not in learnt.keys_tried:
            return replace(learnt, keys_tried=(*learnt.keys_tried, key_ref))
        case _:
            return learnt


def learn_words(learnt: Learnt, text: str, meant: said.Said) -> Learnt:
    """From what the person said: the words themselves, and what they meant."""
    words = (*learnt.words, text)[-WORDS_KEPT:] if text else learnt.words
    match meant:
        case said.Told(platform, key_id):
            typed = key_id.as_typed if key_id else learnt.key_id_typed
            return replace(learnt, words=words, platform=platform or learnt.platform, key_id_typed=typed)
        case _:
            return replace(learnt, words=words)


def about_device(learnt: Learnt, wanted: MakeChallenge) -> Learnt:
    device = wanted.device
    return replace(learnt, platform=device.platform, device_id=device.id, device_name=device.name)
