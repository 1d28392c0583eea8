"""Structured logs whose last word is redaction: whatever looks like a recovery key does not reach the line."""

import logging
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from bot.domain.key_mask import mask_recovery_keys

_LOUD = ("aiohttp.access", "msrest", "urllib3", "botbuilder", "asyncio")


def set_up(log_format: Literal["json", "console"]) -> None:
    renderer = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    frames = ExceptionDictTransformer(show_locals=False)  # a local variable may be a secret
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(frames)
            if log_format == "json"
            else structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        cache_logger_on_first_use=False,
    )
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Last before the renderer: text is masked, and what is not text says only its kind."""
    return {name: _plain(value) for name, value in event.items()}


def _plain(value: object) -> object:
    if isinstance(value, str):
        return mask_recovery_keys(value).text
    if isinstance(value, int | float) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    return type(value).__name__
