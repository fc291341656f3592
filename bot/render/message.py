"""What the bot sends, a text in Telegram's HTML and rows of buttons; and the question that a button asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.outbox import PictureKey
from bot.render.html import Html

MESSAGE_LIMIT = 4096  #: UTF-16 units after entity parsing (Bot API)
ENTITY_LIMIT = 100  #: entities a message keeps (Bot API)
CAPTION_LIMIT = 1024  #: the same below a picture
CALLBACK_LIMIT = 64  #: bytes of callback data (Bot API)
COPY_LIMIT = 256  #: characters that a button copies (Bot API); counted here in UTF-16 units, which are never fewer
NEW = "new:"  #: before a command or question in callback data: answer below, leave the pressed message as it is
LAST_PAGE = 99  #: the highest page for which a button keeps room
_QUESTION = re.compile(r"q(?:[0-9a-f]{4})?")  #: how a question's data begin: with the mark of its story, if it has one


class View(StrEnum):
    """What of an answer is shown."""

    ANSWER = "a"
    SOURCES = "s"
    PICTURE = "p"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody asks of a story: a command, on one of the pages of its answer (from 0).

    ``words`` narrow the answer, ``today`` is the day from which days named in them are counted. Both travel in the
    buttons, so that an answer can be paged through after any restart; ``has_room`` says whether they fit. ``story`` is
    the mark of the story, so that an answer stays of the story that it was of, whatever the chat follows later.
    """

    command: str
    page: int = 0
    view: View = View.ANSWER
    words: str = ""
    today: date | None = None
    story: str = ""

    def data(self) -> str:
        """The question as callback data, at most ``CALLBACK_LIMIT`` bytes."""
        asked = f"q{self.story}:{self.command}:{self.view}:{self.page}"
        if not self.words:
            return asked
        return f"{asked}:{'' if self.today is None else self.today.toordinal()}:{self.words}"

    def has_room(self) -> bool:
        """Whether the buttons of every page of the answer can carry the question."""
        return len(replace(self, page=LAST_PAGE).data().encode()) <= CALLBACK_LIMIT

    @staticmethod
    def read(data: str) -> Question:
        """The question that ``data`` carries.

        Raises:
            ValueError: the data is not a question.
        """
        match data.split(":", 5):
            case [head, command, view, page] if _QUESTION.fullmatch(head) and command and page.isdecimal():
                return Question(command=command, view=View(view), page=int(page), story=head[1:])
            case [head, command, view, page, day, words] if _QUESTION.fullmatch(head) and command and words:
                today = date.fromordinal(int(day)) if day else None
                return Question(
                    command=command, view=View(view), page=int(page), words=words, today=today, story=head[1:]
                )
            case _:
                raise ValueError(f"expected q:command:view:page or q:command:view:page:day:words, got {data!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button: its label and the callback data it sends, or the address it opens, or the text it copies."""

    label: str
    data: str = ""
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of at most ``MESSAGE_LIMIT`` units and ``ENTITY_LIMIT`` entities.

    With a picture the text is its caption, of at most ``CAPTION_LIMIT`` units.
    """

    html: Html
    buttons: tuple[tuple[Button, ...], ...] = ()
    picture: PictureKey | None = None
