"""Structured logs on standard error, with every bot token taken out, wherever it stands."""

from __future__ import annotations

import logging
import re
import sys

import structlog

TOKEN = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}", re.IGNORECASE)  #: looser than Telegram's own form, to be safe
CENSORED = "[token]"
QUIET = ("telegram", "aiohttp", "httpx", "httpcore", "apscheduler", "uvicorn", "uvicorn.error", "asyncio", "tzlocal")


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


def configure(*, secrets: tuple[str, ...] = (), verbose: bool = False) -> None:
    """Sends structlog's and the standard library's records through one redacting formatter."""
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
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
            ),
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
