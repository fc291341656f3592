"""What the handlers may ask: the desk, seen from the street."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.desk.answers import Answers
from bot.desk.operators import Operators
from bot.desk.replies import Replies
from bot.desk.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDesk:
    """The services for people; ``menu`` is every command with what the menu says of it."""

    answers: Answers
    subscriptions: Subscriptions
    replies: Replies
    operators: Operators
    menu: Mapping[str, str]
