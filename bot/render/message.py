"""What the bot sends, a text in Telegram's HTML and rows of buttons; and the question that a button asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.render.html import Html

MESSAGE_LIMIT = 4096  #: UTF-16 units after entity parsing (Bot API)
ENTITY_LIMIT = 100  #: entities a message keeps (Bot API)
CALLBACK_LIMIT = 64  #: bytes of callback data (Bot API)


class View(StrEnum):
    """What of an answer is shown."""

    ANSWER = "a"
    SOURCES = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks of the story: a command, on one of the pages of its answer (from 0)."""

    command: str
    page: int = 0
    view: View = View.ANSWER

    def data(self) -> str:
        """The question as callback data, at most ``CALLBACK_LIMIT`` bytes."""
        return f"q:{self.command}:{self.view}:{self.page}"

    @staticmethod
    def read(data: str) -> Question:
        """The question that ``data`` carries.

        Raises:
            ValueError: the data is not a question.
        """
        match data.split(":"):
            case ["q", command, view, page] if command and page.isdecimal():
                return Question(command=command, view=View(view), page=int(page))
            case _:
                raise ValueError(f"expected q:command:view:page, got {data!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button: its label and the callback data it sends, or the address it opens."""

    label: str
    data: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of at most ``MESSAGE_LIMIT`` units and ``ENTITY_LIMIT`` entities."""

    html: Html
    buttons: tuple[tuple[Button, ...], ...] = ()
