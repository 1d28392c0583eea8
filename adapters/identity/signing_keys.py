"""The keys that an issuer signs with: fetched without holding anybody up, and kept when it is silent."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import orjson
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import InvalidKeyError
from jwt.algorithms import RSAAlgorithm

from adapters.bounded import read_at_most
from bot.ports.clock import Clock

FRESH_FOR = timedelta(days=1)
ASK_AGAIN_AFTER = timedelta(minutes=1)
ASK_AGAIN_WITHOUT_KEYS = timedelta(seconds=5)
PATIENCE = 5.0
LARGEST_ANSWER = 512 * 1024
WEAKEST = 2048
MOST_KEYS = 100

log = structlog.get_logger()


class UntrustworthyIssuer(Exception):
    """What came is not what an issuer of signing keys says."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`endorsements`: the channels for which a key of the Bot Framework may sign; none elsewhere."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """Keys at hand are never waited for. An unknown key id asks the issuer, all askers together, once a minute at most."""

    def __init__(
        self, http: aiohttp.ClientSession, metadata_url: str, issuer: str, clock: Clock, *, endorsed: bool = True
    ) -> None:
        """`endorsed`: keys have to say for which channels they sign, and to live where the metadata does."""
        self._http, self._metadata_url, self._issuer, self._clock = http, metadata_url, issuer, clock
        self._endorsed = endorsed
        self.metadata: Mapping[str, object] = {}
        """What the issuer last said of itself, once its keys were fetched."""
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    def at_hand(self, key_id: str) -> SigningKey | None:
        """Without waiting: for tokens that were verified before."""
        return self._keys.get(key_id)

    async def find(self, key_id: str) -> SigningKey | None:
        key = self._keys.get(key_id)
        if key is not None:
            if self._is_old():
                self._ask()
            return key
        asking = self._ask()
        if asking is not None:
            await asyncio.shield(asking)
        return self._keys.get(key_id)

    async def refresh(self) -> None:
        """For the start and for `doctor`. Raises what went wrong."""
        keys = await self._fetch()
        if keys.keys() != self._keys.keys():
            log.info("signing keys", issuer=self._issuer, keys=len(keys))
        self._keys, self._fetched_at = keys, self._clock.now()

    def count_for(self, channel: str) -> int:
        return sum(channel in key.endorsements for key in self._keys.values())

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def _is_old(self) -> bool:
        return self._fetched_at is None or self._clock.now() - self._fetched_at >= FRESH_FOR

    def _ask(self) -> asyncio.Task[None] | None:
        """The question that is under way, or a new one if it may be asked already."""
        if self._asking is not None and not self._asking.done():
            return self._asking
        now, again = self._clock.now(), ASK_AGAIN_AFTER if self._keys else ASK_AGAIN_WITHOUT_KEYS
        if self._asked_at is not None and timedelta(0) <= now - self._asked_at < again:
            return None
        self._asked_at = now
        self._asking = asyncio.create_task(self._try())
        return self._asking

    async def _try(self) -> None:
        try:
            await self.refresh()
        except (aiohttp.ClientError, TimeoutError, UntrustworthyIssuer) as error:
            log.warning(
                "signing keys not renewed", issuer=self._issuer, error=type(error).__name__, kept=len(self._keys)
            )

    async def _fetch(self) -> dict[str, SigningKey]:
        async with asyncio.timeout(PATIENCE):
            metadata = await self._get(self._metadata_url)
            address = metadata.get("jwks_uri")
            if metadata.get("issuer") != self._issuer:
                raise UntrustworthyIssuer("another issuer")
            if not isinstance(address, str) or not self._may_live_at(address):
                raise UntrustworthyIssuer("keys at another place")
            self.metadata = metadata
            return read_keys(await self._get(address), endorsed=self._endorsed)

    def _may_live_at(self, address: str) -> bool:
        return _is_same_place(address, self._metadata_url) or (not self._endorsed and address.startswith("https://"))

    async def _get(self, url: str) -> Mapping[str, object]:
        async with self._http.get(url, allow_redirects=False) as answer:
            if answer.status != 200:  # noqa: PLR2004
                raise UntrustworthyIssuer(f"status {answer.status}")
            body = await read_at_most(answer.content, LARGEST_ANSWER)
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise UntrustworthyIssuer("not JSON") from None
        if len(body) > LARGEST_ANSWER or not isinstance(content, dict):
            raise UntrustworthyIssuer("not an object")
        return content


def read_keys(content: Mapping[str, object], *, endorsed: bool = True) -> dict[str, SigningKey]:
    """Keys that could not be meant are left out; without a single one that could, the answer is refused."""
    entries = content.get("keys")
    if not isinstance(entries, list) or len(entries) > MOST_KEYS:
        raise UntrustworthyIssuer("no list of keys")
    found: dict[str, SigningKey] = {}
    for entry in entries:
        key = _read_key(entry, endorsed=endorsed)
        if key is None:
            continue
        if entry["kid"] in found:
            raise UntrustworthyIssuer("one name for two keys")
        found[entry["kid"]] = key
    if not found:
        raise UntrustworthyIssuer("no key that signs")
    return found


def _read_key(entry: object, *, endorsed: bool) -> SigningKey | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("kty") != "RSA":
        return None
    endorsements = entry.get("endorsements") if endorsed else []
    if "d" in entry or not isinstance(endorsements, list) or entry.get("use", "sig") != "sig":
        return None
    try:
        public = RSAAlgorithm.from_jwk(entry)
    except (InvalidKeyError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < WEAKEST:
        return None
    return SigningKey(public, frozenset(name for name in endorsements if isinstance(name, str)))


def _is_same_place(address: str, metadata_url: str) -> bool:
    try:
        theirs = urlsplit(address)
        place = theirs.scheme, theirs.hostname, theirs.port
    except ValueError:
        return False
    ours = urlsplit(metadata_url)
    return place == (ours.scheme, ours.hostname, ours.port)
