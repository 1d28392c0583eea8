"""What ends something is heard in every wording that people use for it, and in no other."""

import pytest

from bot.domain.speech import Heard
from dialogs import said
from dialogs.listen import listen

LOST = [
    "I lost my laptop", "I've lost my work phone", "I lost my key and laptop", "I lost my laptop and the keys", "I lost my phone I need new codes",
    "my laptop is missing", "My laptop is missing and so are my keys", "my laptop is missing a whole week now", "the phone went missing",
    "someone stole it: my laptop key was stolen", "I lost my keys my phone and my wallet", "I left behind my laptop on the train",
    "Ich habe meinen Laptop verloren", "Ich habe den Schlüssel und den Laptop verloren", "Ich habe mein Handy mit PIN verloren",
    "Ich habe im Zug mein Handy liegen gelassen", "mein Rechner ist verschwunden", "Mir wurde das Passwort geklaut", "Das Handy habe ich gestern verloren",
    "Ich habe den Schlüssel für meinen Laptop verloren und mein Handy ist auch verschwunden", "I lost my laptop key, and then I lost my phone",
    "somebody stole my laptop", "someone took our work laptop", "I was mugged", "I was mugged, my laptop is gone", "my laptop is gone",
    "my laptop has been lost", "I lost my ipad", "I lost my thinkpad", "mir wurde der Laptop entwendet", "mein Laptop ist weg", "ich wurde bestohlen",
    "jemand hat meinen Laptop mitgenommen", "Notebook im Zug liegen lassen", "Laptop inklusive Netzteil verloren", "Laptop nebst Ladekabel verloren",
]  # fmt: skip
LOST_OF_IT = [
    "I lost my laptop key", "I lost my laptop's recovery key", "I lost my computer password", "I lost the key for laptop", "I lost my phone charger",
    "My laptop is missing a key", "The computer is missing the bitlocker key", "my computer is missing recovery keys", "my laptop is missing in the list",
    "The key to my laptop is missing", "the app on my phone is missing", "I lost my password my laptop is locked",
    "Ich habe den Schlüssel für meinen Laptop verloren", "Ich habe das Passwort für mein Notebook verloren", "Ich habe meine Handy PIN verloren",
    "Passwort von meinem Notebook verloren", "Der Rechner hat die Verbindung verloren", "Auf meinem Laptop ist das Symbol verschwunden",
    "Am Laptop habe ich es verloren", "Mein Laptop hat seinen Schlüssel verloren", "it took my laptop an hour to start", "the error is gone",
    "the key of my laptop is gone", "der Schlüssel von meinem Laptop ist weg", "mein Laptop ist weg vom Netz", "my laptop is gone blue",
]  # fmt: skip
NOT_ME = [
    "this is not my account", "sorry, that's not my name", "This is not me", "I'm not Alex", "I am not Alex Meyer", "someone else's session",
    "Das ist nicht mein Konto", "das ist doch nicht mein Account", "Das bin ich nicht", "Ich bin nicht Alex", "ich heiße nicht Alex", "ein fremdes Konto",
]  # fmt: skip
NOT_PROVED = [
    "I'm not receiving the code", "I am not allowed to sign in", "I'm not logged in", "I'm not Alexander the Great", "I'm not able to", "I am not sure",
    "that's not my computer, mine is the other one", "Ich bin nicht angemeldet", "Ich bin nicht eingeloggt", "Ich bin nicht berechtigt",
    "Ich kann nicht mein Konto öffnen",
]  # fmt: skip


@pytest.mark.parametrize("words", LOST)
def test_a_computer_or_a_phone_that_is_gone_is_heard(words: str) -> None:
    assert listen(Heard(words)) == said.LostReported()


@pytest.mark.parametrize("words", LOST_OF_IT)
def test_a_lost_key_is_no_lost_computer_and_freezes_nobody(words: str) -> None:
    assert not isinstance(listen(Heard(words)), said.LostReported)


@pytest.mark.parametrize("words", NOT_ME)
def test_whoever_says_that_the_account_is_not_theirs_is_heard(words: str) -> None:
    assert listen(Heard(words), called="Alex") == said.NotMySession()


@pytest.mark.parametrize("words", NOT_PROVED)
def test_whoever_cannot_prove_themselves_does_not_leave_the_chat_by_saying_so(words: str) -> None:
    assert not isinstance(listen(Heard(words), called="Alex"), said.NotMySession)
