"""What becomes of a message after each answer; and what Telegram's exceptions mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

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
    MOST_DOUBTS,
    ChatGone,
    ChatId,
    ChatMoves,
    ChatPauses,
    Delivered,
    Dies,
    LeavesTopic,
    Moved,
    NextState,
    Outcome,
    Outgoing,
    Queued,
    Refused,
    RetryLater,
    RowId,
    Sent,
    TopicGone,
    Unknown,
    Waits,
    is_trouble,
    next_state,
)
from bot.telegram.sender import outcome_of
from bot.telegram.transport import NotSentError

MESSAGE = Outgoing(key="k", chat=ChatId(1), html="x", thread=7)
QUEUED = Queued(id=RowId(1), message=MESSAGE)
SECONDS = timedelta(seconds=1)


def waits(pause: timedelta, reason: str = "", *, attempts: int = 0, doubts: int = 0) -> Waits:
    return Waits(pause=pause, attempts=attempts, doubts=doubts, reason=reason)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Sent(), Delivered()),
        (RetryLater(after=7 * SECONDS), waits(7 * SECONDS, attempts=1)),
        (RetryLater(reason="down"), waits(2 * SECONDS, "down", attempts=1)),
        (ChatGone(reason="blocked"), ChatPauses(reason="blocked")),
        (Moved(to=ChatId(2)), ChatMoves(to=ChatId(2))),
        (TopicGone(reason="closed"), LeavesTopic(reason="closed")),
        (Refused(reason="too long"), Dies(reason="refused: too long")),
        (Unknown(reason="timed out"), waits(2 * SECONDS, "timed out", doubts=1)),
    ],
)
def test_next_state(outcome: Outcome, state: NextState) -> None:
    assert next_state(QUEUED, outcome) == state


def test_a_chat_whose_general_topic_is_closed_waits_as_a_whole() -> None:
    in_general = replace(QUEUED, message=replace(MESSAGE, thread=None))

    assert next_state(in_general, TopicGone(reason="closed")) == ChatPauses(reason="closed")


def test_a_message_that_may_have_arrived_is_sent_once_more_and_never_a_third_time() -> None:
    doubtful = replace(QUEUED, doubts=MOST_DOUBTS)

    state = next_state(doubtful, Unknown(reason="cut"))

    assert (MOST_DOUBTS, state) == (1, Dies(reason="unknown whether it arrived: cut"))


def test_pauses_grow_to_a_limit_and_attempts_end() -> None:
    pauses, queued = [], QUEUED
    while isinstance(state := next_state(queued, RetryLater(reason="down")), Waits):
        pauses.append(state.pause)
        queued = replace(queued, attempts=state.attempts, doubts=state.doubts)

    assert state == Dies(reason=f"given up after {MOST_ATTEMPTS} attempts: down")
    assert len(pauses) == MOST_ATTEMPTS - 1
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (2 * SECONDS, LONGEST_PAUSE)


def test_only_a_broken_way_to_telegram_is_trouble() -> None:
    troubles: list[Outcome] = [Unknown(reason="cut"), RetryLater(reason="refused")]
    others: list[Outcome] = [
        Sent(),
        RetryLater(after=SECONDS),
        ChatGone(),
        Moved(to=ChatId(2)),
        TopicGone(reason=""),
        Refused(reason=""),
    ]

    assert [is_trouble(outcome) for outcome in [*troubles, *others]] == [True] * 2 + [False] * 6


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RetryAfter(timedelta(seconds=3)), RetryLater(after=timedelta(seconds=3), reason="too many requests")),
        (ChatMigrated(-100), Moved(to=ChatId(-100))),
        (Forbidden("bot was blocked by the user"), ChatGone(reason="bot was blocked by the user")),
        (Forbidden("user is deactivated"), ChatGone(reason="user is deactivated")),
        (BadRequest("Chat not found"), ChatGone(reason="Chat not found")),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), ChatGone(reason="CHAT_WRITE_FORBIDDEN")),
        (BadRequest("TOPIC_CLOSED"), TopicGone(reason="TOPIC_CLOSED")),
        (BadRequest("Message thread not found"), TopicGone(reason="Message thread not found")),
        (BadRequest("Message is too long"), Refused(reason="Message is too long")),
        (NotSentError("Bad Gateway"), RetryLater(reason="Bad Gateway")),
        (NetworkError("Internal Server Error"), Unknown(reason="Internal Server Error")),
        (TimedOut("slow"), Unknown(reason="slow")),
        (InvalidToken(), RetryLater(reason="the token is not valid (any more)")),
        (Conflict("two"), Unknown(reason="Conflict: two")),
    ],
)
def test_what_an_exception_means(error: TelegramError, outcome: Outcome) -> None:
    assert outcome_of(error) == outcome
