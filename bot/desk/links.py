"""What a link to the bot asks for, as the payload that Telegram hands over with /start: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.outbox import ChatId
from bot.render.facts import PAYLOAD

SETTINGS = "settings"
_SUBSCRIBE = re.compile(r"sub-(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)")
_SETTINGS = re.compile(rf"{SETTINGS}(?P<chat>-?\d{{1,20}})?")

_FACT = re.compile(rf"{PAYLOAD}(?P<key>[A-Za-z0-9_-]{{1,62}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscribeAt:
    """A daily briefing at this time, in the zone that the chat has or is to choose."""

    at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSettings:
    """The settings of another chat; None for the one that the link opens."""

    chat: ChatId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFact:
    """A sentence of the story, by its key."""

    key: str


def read_link(payload: str) -> SubscribeAt | ShowSettings | ShowFact | None:
    """What a payload asks for; None for one that this version does not write."""
    if match := _SUBSCRIBE.fullmatch(payload):
        return SubscribeAt(at=time(int(match["hour"]), int(match["minute"])))
    if match := _SETTINGS.fullmatch(payload):
        return ShowSettings(chat=ChatId(int(match["chat"])) if match["chat"] else None)
    if match := _FACT.fullmatch(payload):
        return ShowFact(key=match["key"])
    return None


def settings_payload(chat: ChatId) -> str:
    """The payload that shows the settings of ``chat`` to those who administer it."""
    return f"{SETTINGS}{chat}"
