"""What becomes of a message after each answer; and what Telegram's exceptions mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.outbox import (
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    ChatGone,
    ChatId,
    ChatMoves,
    ChatPauses,
    Finished,
    Moved,
    NextState,
    Outcome,
    Outgoing,
    Refused,
    RetryLater,
    Sent,
    Unknown,
    Waits,
    next_state,
)
from bot.telegram import outcome_of

MESSAGE = Outgoing(key="k", chat=ChatId(1), html="x")
AGAIN = replace(MESSAGE, attempts=1)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(), Finished()),
        (RetryLater(after=timedelta(seconds=7)), Waits(message=AGAIN, pause=timedelta(seconds=7))),
        (RetryLater(), Waits(message=AGAIN, pause=timedelta(seconds=2))),
        (ChatGone(reason="blocked"), ChatPauses(reason="blocked")),
        (Moved(to=ChatId(2)), ChatMoves(to=ChatId(2))),
        (Refused(reason="too long"), Finished(failure="refused: too long")),
        (Unknown(reason="timed out"), Finished(failure="unknown whether it arrived: timed out")),
    ],
)
def test_next_state(outcome: Outcome, state: NextState) -> None:
    assert next_state(MESSAGE, outcome) == state


def test_pauses_grow_to_a_limit_and_attempts_end() -> None:
    pauses, message = [], MESSAGE
    while isinstance(state := next_state(message, RetryLater(reason="down")), Waits):
        pauses.append(state.pause)
        message = state.message

    assert state == Finished(failure=f"given up after {MOST_ATTEMPTS} attempts: down")
    assert len(pauses) == MOST_ATTEMPTS - 1
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=2), LONGEST_PAUSE)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RetryAfter(timedelta(seconds=3)), RetryLater(after=timedelta(seconds=3), reason="too many requests")),
        (ChatMigrated(-100), Moved(to=ChatId(-100))),
        (Forbidden("bot was blocked by the user"), ChatGone(reason="bot was blocked by the user")),
        (BadRequest("Chat not found"), ChatGone(reason="Chat not found")),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), ChatGone(reason="CHAT_WRITE_FORBIDDEN")),
        (BadRequest("Message is too long"), Refused(reason="Message is too long")),
        (NetworkError("Bad Gateway"), RetryLater(reason="Bad Gateway")),
        (NetworkError("Internal Server Error"), Unknown(reason="Internal Server Error")),
        (caused(NetworkError("c"), httpx.ConnectError("refused")), RetryLater(reason="c")),
        (caused(TimedOut("t"), httpx.ConnectTimeout("slow")), RetryLater(reason="t")),
        (caused(TimedOut("t"), httpx.PoolTimeout("busy")), RetryLater(reason="t")),
        (caused(TimedOut("t"), httpx.ReadTimeout("slow")), Unknown(reason="t")),
        (caused(NetworkError("r"), httpx.ReadError("cut")), Unknown(reason="r")),
        (InvalidToken(), RetryLater(reason="the token is not valid (any more)")),
        (Conflict("two"), Unknown(reason="Conflict: two")),
    ],
)
def test_what_an_exception_means(error: TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome
