"""What Entra ID Protection thinks of an account: about one question a second, kept for ten minutes, and never waited for long.

Whatever goes wrong is `unknown`, and the policy says what that means. Nothing about a person goes into a log.
"""

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import orjson
import structlog
from aiohttp import hdrs
from yarl import URL

from adapters.bounded import read_at_most
from adapters.retry_after import retry_after
from adapters.teams.credential import Credential, NoToken
from bot.domain.people import PersonId
from bot.domain.policy import Risk
from bot.ports.clock import Clock

GRAPH = "https://graph.microsoft.com"
SCOPE = f"{GRAPH}/.default"
FRESH_FOR = timedelta(minutes=10)
LARGEST_ANSWER = 64 * 1024
MOST_KEPT = 20_000
LONGEST_SILENCE = 600.0
QUIET_AFTER: Mapping[int, float] = {401: 10.0, 403: 60.0, 429: 10.0, 503: 10.0}
"""Seconds for which nobody is asked after such an answer, unless it says itself. This API sends no Retry-After."""
_OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BY_STATE: Mapping[str, Risk] = {
    "atRisk": "high",
    "confirmedCompromised": "high",
    "confirmedSafe": "none",
    "dismissed": "none",
    "none": "none",
    "remediated": "none",
}
_BY_LEVEL: Mapping[str, Risk] = {"low": "low", "medium": "medium"}
"""Of an account at risk; what is hidden or new counts as high."""

log = structlog.get_logger()


class NoAnswer(Exception):
    """Graph did not say. Holds a status or a word of ours, never what was sent."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Seconds: between two questions, for which one may wait for its turn, and that it may take altogether.

    The tenant has one request a second for all its applications; a little more than that leaves room for a wandering network.
    """

    between: float = 1.1
    in_queue: float = 3.0
    altogether: float = 5.0


@dataclass(frozen=True, slots=True)
class _Kept:
    risk: Risk
    at: datetime


class EntraRisk:
    """The pace is kept by this process. Where several share a tenant, Graph's own 429 is the last word."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        credential: Credential,
        tenant: str,
        clock: Clock,
        base: str = GRAPH,
        terms: Terms | None = None,
    ) -> None:
        self._http, self._credential, self._tenant, self._clock = http, credential, tenant, clock
        self._base, self._terms = base, terms or Terms()
        self._kept: dict[PersonId, _Kept] = {}
        self._asking: dict[PersonId, asyncio.Task[Risk]] = {}
        self._next_turn = self._quiet_until = 0.0

    async def risk_of(self, person: PersonId) -> Risk:
        kept = self._kept.get(person)
        if kept is not None and timedelta(0) <= self._clock.now() - kept.at < FRESH_FOR:
            return kept.risk
        asking = self._asking.get(person) or self._ask(person)
        return "unknown" if asking is None else await asyncio.shield(asking)

    async def close(self) -> None:
        under_way = tuple(self._asking.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _ask(self, person: PersonId) -> asyncio.Task[Risk] | None:
        """None: nobody whom this tenant could know, or the queue is too long to wait in."""
        if person.tenant != self._tenant or not _OBJECT_ID.fullmatch(person.object_id):
            return None
        now = time.monotonic()
        turn = max(now, self._next_turn, self._quiet_until)
        if turn - now > self._terms.in_queue:
            log.warning("risk not known", error="queue")
            return None
        self._next_turn = turn + self._terms.between
        task = asyncio.create_task(self._look_up(person, turn - now))
        self._asking[person] = task
        task.add_done_callback(lambda _: self._asking.pop(person, None))
        return task

    async def _look_up(self, person: PersonId, wait: float) -> Risk:
        try:
            async with asyncio.timeout(self._terms.altogether):
                await asyncio.sleep(wait)
                if time.monotonic() < self._quiet_until:
                    raise NoAnswer("quiet")
                risk = await self._fetch(person.object_id)
        except (aiohttp.ClientError, TimeoutError, NoToken, NoAnswer) as error:
            log.warning("risk not known", error=str(error) if isinstance(error, NoAnswer) else type(error).__name__)
            return "unknown"
        self._keep(person, risk)
        return risk

    async def _fetch(self, object_id: str) -> Risk:
        token = await self._credential.token()
        headers = {hdrs.ACCEPT: "application/json"}
        if token is not None:
            headers[hdrs.AUTHORIZATION] = f"Bearer {token.open_to('channel')}"
        url = URL(f"{self._base}/v1.0/identityProtection/riskyUsers/{object_id}", encoded=True)
        async with self._http.get(url, headers=headers, allow_redirects=False) as answer:
            if answer.status == 401 and token is not None:  # noqa: PLR2004
                self._credential.forget(token)
            self._be_quiet(answer)
            body = await read_at_most(answer.content, LARGEST_ANSWER)
        if len(body) > LARGEST_ANSWER:
            raise NoAnswer("too long")
        return read_risk(answer.status, body, object_id)

    def _be_quiet(self, answer: aiohttp.ClientResponse) -> None:
        """Those who wait for their turn hear of it when it comes."""
        if (seconds := QUIET_AFTER.get(answer.status)) is None:
            return
        said = retry_after(answer.headers.get(hdrs.RETRY_AFTER), self._clock.now())
        seconds = min(seconds if said is None else said, LONGEST_SILENCE)
        self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)

    def _keep(self, person: PersonId, risk: Risk) -> None:
        self._kept.pop(person, None)
        self._kept[person] = _Kept(risk, self._clock.now())
        while len(self._kept) > MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))


def read_risk(status: int, body: bytes, object_id: str) -> Risk:
    """Raises NoAnswer."""
    if status not in {200, 404}:
        raise NoAnswer(f"status {status}")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NoAnswer("not JSON") from None
    if not isinstance(content, dict):
        raise NoAnswer("not an object")
    if status == 404:  # noqa: PLR2004
        return _never_at_risk(content)
    if str(content.get("id")).casefold() != object_id.casefold():
        raise NoAnswer("somebody else")
    state, level = content.get("riskState"), content.get("riskLevel")
    risk = _BY_STATE.get(state, "unknown") if isinstance(state, str) else "unknown"
    if state == "atRisk" and isinstance(level, str):
        risk = _BY_LEVEL.get(level, "high")
    # What is hidden makes nobody safe; an account that is said to be at risk stays so.
    return "unknown" if risk == "none" and level in {"hidden", "unknownFutureValue", None} else risk


def _never_at_risk(content: Mapping[str, object]) -> Risk:
    """Graph has no record of the person. A 404 of anything else on the way (a proxy, a wrong path) is no answer."""
    error = content.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("code"), str):
        raise NoAnswer("status 404")
    return "none"
