"""Structured logs on standard error, with every bot token taken out, wherever it stands."""

from __future__ import annotations

import logging
import re
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)  #: looser than Telegram's own form, to be safe
CENSORED = "[token]"
SILENT = ("procrastinate",)  #: what it says of a database that is away, and of jobs, is said by who asks it
QUIET = ("apscheduler", "uvicorn", "uvicorn.error", "asyncio", "tzlocal")
TALKATIVE = ("telegram", "aiohttp", "httpx", "httpcore")  #: in detail they tell names and whole messages; never here
REMEMBERED = 20


def redact(words: str, secrets: tuple[str, ...] = ()) -> str:
    """``words`` without anything that looks like a bot token and without ``secrets``."""
    for secret in secrets:
        words = words.replace(secret, CENSORED)
    return TOKEN.sub(CENSORED, words)


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last step of every record: messages, fields, tracebacks and other libraries' lines are all covered."""

    secrets: tuple[str, ...] = ()

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, redacted."""
        return redact(super().format(record), self.secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A warning or an error: when it was logged, and what happened."""

    at: datetime
    what: str


class Recent(logging.Handler):
    """Remembers the last warnings and errors without their details, for the operators."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._seen: deque[Seen] = deque(maxlen=REMEMBERED)

    def emit(self, record: logging.LogRecord) -> None:
        """Remembers one."""
        event = record.msg.get("event") if isinstance(record.msg, dict) else None
        error = record.exc_info[0] if record.exc_info else None
        words = [str(event or record.name), *([error.__name__] if error is not None else [])]
        self._seen.appendleft(Seen(at=datetime.fromtimestamp(record.created, UTC), what=redact(": ".join(words))))

    def newest(self) -> tuple[Seen, ...]:
        """What is remembered, the newest first."""
        return tuple(self._seen)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hears every record while the block runs."""
        logging.getLogger().addHandler(self)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(self)


def configure(*, secrets: tuple[str, ...] = (), verbose: bool = False, as_json: bool = False) -> None:
    """Sends structlog's and the standard library's records through one redacting formatter.

    A line is for people, or with ``as_json`` one JSON object for machines.
    """
    renderer: list[structlog.typing.Processor] = [
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0)
    ]
    if as_json:
        renderer = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = RedactingFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *renderer,
        ],
    )
    formatter.secrets = secrets
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose else logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.NOTSET if verbose else logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
