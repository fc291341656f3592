"""What of a story's alerts a chat is told now, and what waits: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chats import KEYS_KEPT, Chat, Choices, Heard
from bot.desk.due import is_away, quiet_until
from bot.digest.alert import Alert, AlertKind

BURST = timedelta(minutes=10)  #: what comes so soon after an alert is gathered into one message
HELD_KEPT = 50  #: alerts that wait for the end of quiet hours; of more, the most important


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a chat is to be told now, in one message, the most important first, and what it has heard then.

    ``waiting`` is how many alerts the cap kept back, to be said with these. Nothing is sent when ``tell`` is empty.
    """

    tell: tuple[Alert, ...]
    waiting: int
    after: Heard

    @property
    def key(self) -> str:
        """The key of the message in the outbox: the same step taken again after a crash queues nothing twice."""
        return f"alert {self.tell[0].keys[0]}"


def hear(chat: Chat, heard: Heard, alerts: Sequence[Alert], now: datetime) -> Hearing:
    """What of ``alerts``, new ones and those that ``heard`` holds by their keys, the chat is told at ``now``.

    An urgent alert waits for no burst, and for no quiet hours where the chat lets it pass; no alert breaks the cap.
    What comes while the chat is away is not made up for.
    """
    today = now.astimezone(ZoneInfo(chat.zone) if chat.zone is not None else UTC).date()
    heard = heard if heard.day == today else replace(heard, day=today, told=0)
    wanted = _new_to(heard, [alert for alert in alerts if _is_wanted(chat.choices, alert)])
    if not chat.choices.alerts.on or is_away(chat, now):
        return Hearing(tell=(), waiting=0, after=_known(replace(heard, held=(), due=None), wanted))
    due = _due(chat, heard, now)
    ready = [alert for alert in wanted if due is None or _passes(chat, alert, now)]
    held = [alert for alert in wanted if alert not in ready][:HELD_KEPT]
    tell = tuple(ready[: max(0, chat.choices.alerts.cap - heard.told)])
    waiting = heard.waiting + len(ready) - len(tell)
    after = replace(
        heard,
        told=heard.told + len(tell),
        last=now if tell else heard.last,
        held=tuple(alert.keys[0] for alert in held),
        due=(due if not tell or due is None else max(due, now + BURST)) if held else None,
        waiting=0 if tell else waiting,
    )
    return Hearing(tell=tell, waiting=waiting if tell else 0, after=_known(after, wanted))


def held(heard: Heard, recent: Mapping[str, Alert]) -> tuple[Alert, ...]:
    """The alerts that wait for a chat, of the story's recent ones by their first keys; one that is gone is lost."""
    return tuple(recent[key] for key in heard.held if key in recent)


def _is_wanted(choices: Choices, alert: Alert) -> bool:
    """Whether the chat chose to be told of such things; a watched word it chose by itself."""
    if alert.kind is AlertKind.WATCHED:
        return True
    trackers = choices.trackers
    return alert.kind in choices.alerts.kinds and (
        alert.tracker is None or trackers is None or alert.tracker in trackers
    )


def _new_to(heard: Heard, alerts: Sequence[Alert]) -> list[Alert]:
    """The alerts that the chat knows by none of their keys, or that it waits for; the most important first."""
    found: list[Alert] = []
    seen = set(heard.keys) - set(heard.held)
    for alert in sorted(alerts, key=lambda alert: (-alert.urgent, -alert.importance, alert.keys)):
        if seen.isdisjoint(alert.keys):
            found.append(alert)
            seen.add(alert.keys[0])
    return found


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
    if chat.choices.quiet is None or chat.zone is None:
        return None
    return quiet_until(chat.choices.quiet, chat.zone, now)


def _known(heard: Heard, alerts: Sequence[Alert]) -> Heard:
    """The chat after it has met these alerts, whatever became of them."""
    met = [*heard.keys, *(alert.keys[0] for alert in alerts)]
    newest = list(dict.fromkeys(reversed(met)))[:KEYS_KEPT]
    return replace(heard, keys=tuple(reversed(newest)))
