"""What of a story's alerts a chat is told now, and what waits: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chats import WATCHED_KEPT, Chat, Choices, Heard, HeldAlert
from bot.desk.due import is_away, quiet_until
from bot.digest.alert import Alert, AlertKind

BURST = timedelta(minutes=10)  #: what comes so soon after an alert is gathered into one message
HELD_KEPT = 50  #: alerts that wait for the end of quiet hours; of more, the most important

CHOSEN_KINDS = tuple(kind for kind in AlertKind if kind is not AlertKind.WATCHED)  #: watched words are chosen by words


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """An alert, and the number of the news that brought it."""

    news: int
    alert: Alert

    @property
    def name(self) -> HeldAlert:
        """What it is known by while it waits."""
        return HeldAlert(news=self.news, key=self.alert.keys[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a chat is to be told now, in one message, the most important first, and what it has heard then.

    ``waiting`` is how many alerts were kept back, to be said with these. Nothing is sent when ``tell`` is empty.
    """

    tell: tuple[Brought, ...]
    waiting: int
    after: Heard

    @property
    def key(self) -> str:
        """The key of the message in the outbox: the same step taken again after a crash queues nothing twice."""
        first = self.tell[0].name
        return f"alert {first.news} {first.key}"


def hear(chat: Chat, arrived: Sequence[Brought], now: datetime) -> Hearing:
    """What of the alerts that ``arrived``, new ones and those that the chat holds, it is told at ``now``.

    An urgent alert waits for no burst, and for no quiet hours where the chat lets it pass; no alert breaks the cap.
    What comes while the chat is away is not made up for.
    """
    today = now.astimezone(ZoneInfo(chat.zone) if chat.zone is not None else UTC).date()
    heard = chat.heard if chat.heard.day == today else replace(chat.heard, day=today, told=0)
    wanted = _new_to(heard, [one for one in arrived if is_wanted(chat.choices, one.alert)])
    heard = _met(heard, wanted)
    if not chat.choices.alerts.on or is_away(chat, now):
        return Hearing(tell=(), waiting=0, after=replace(heard, held=(), due=None))
    due = _due(chat, heard, now)
    ready = [one for one in wanted if due is None or _passes(chat, one.alert, now)]
    held = [one for one in wanted if one not in ready]
    tell = tuple(ready[: max(0, chat.choices.alerts.cap - heard.told)])
    waiting = heard.waiting + len(ready) - len(tell) + len(held[HELD_KEPT:])
    after = replace(
        heard,
        told=heard.told + len(tell),
        last=now if tell else heard.last,
        held=tuple(one.name for one in held[:HELD_KEPT]),
        due=(due if not tell or due is None else max(due, now + BURST)) if held else None,
        waiting=0 if tell else waiting,
    )
    return Hearing(tell=tell, waiting=waiting if tell else 0, after=after)


def is_wanted(choices: Choices, alert: Alert) -> bool:
    """Whether a chat chose to be told of such things; a watched word it chose by itself."""
    if alert.kind is AlertKind.WATCHED:
        return True
    trackers = choices.trackers
    return alert.kind in choices.alerts.kinds and (
        alert.tracker is None or trackers is None or alert.tracker in trackers
    )


def _new_to(heard: Heard, arrived: Sequence[Brought]) -> list[Brought]:
    """The alerts that the chat does not know by any of their keys, or waits for; the most important first."""
    found: list[Brought] = []
    seen = set(heard.watched) - {name.key for name in heard.held}
    for one in sorted(arrived, key=lambda one: (-one.alert.urgent, -one.alert.importance, one.alert.keys)):
        if seen.isdisjoint(one.alert.keys):
            found.append(one)
            seen.add(one.alert.keys[0])
    return found


def _met(heard: Heard, arrived: Sequence[Brought]) -> Heard:
    """The chat after it has met these alerts, whatever became of them."""
    met = [*heard.watched, *(one.alert.keys[0] for one in arrived if one.alert.kind is AlertKind.WATCHED)]
    newest = list(dict.fromkeys(reversed(met)))[:WATCHED_KEPT]
    return replace(heard, watched=tuple(reversed(newest)))


def _due(chat: Chat, heard: Heard, now: datetime) -> datetime | None:
    """Until when alerts have to wait, UTC; None when they need not."""
    burst = heard.last + BURST if heard.last is not None and now < heard.last + BURST else None
    ends = [moment for moment in (burst, _quiet_until(chat, now)) if moment is not None]
    return max(ends, default=None)


def _passes(chat: Chat, alert: Alert, now: datetime) -> bool:
    """Whether an alert need not wait."""
    quiet = chat.choices.quiet
    return alert.urgent and (_quiet_until(chat, now) is None or (quiet is not None and quiet.urgent_passes))


def _quiet_until(chat: Chat, now: datetime) -> datetime | None:
    if chat.choices.quiet is None:
        return None
    return quiet_until(chat.choices.quiet, chat.zone or "UTC", now)
