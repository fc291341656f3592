"""What is offered to somebody who types the bot's name in another chat: cited items, each a message of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from bot.digest.model import Digest
from bot.render import calendar
from bot.render.facts import LinkTo, payload_of
from bot.render.html import Html
from bot.render.layout import Item, pack
from bot.render.message import Button, Message
from bot.render.words import phrase, say

TITLE_LIMIT = 120  #: characters; Telegram shows about two lines
DESCRIPTION_LIMIT = 200  #: the same below the title
NOTHING_FOUND = phrase("Nothing found. Ask me in our chat")
NO_STORY = phrase("No articles yet. Ask me in our chat")
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One item: what it says, who says it, when and where that was read, and the message that it becomes."""

    title: str
    description: str
    message: Message


def offered(digest: Digest, item: Item, link_to: LinkTo) -> Offered:
    """An item as it is offered; its message has its quotation, and a button to the sentence in its context."""
    title, *rest = _lines(item)
    sources = [digest.sources[number - 1] for number in dict.fromkeys(one.source for one in item.citations)]
    about = [*rest, *(calendar.published(source) for source in sources[:1])]
    where = link_to(payload_of(digest, item.citations[0])) if item.citations else None
    return Offered(
        title=_cut(title, TITLE_LIMIT),
        description=_cut(" · ".join(about), DESCRIPTION_LIMIT),
        message=Message(
            html=pack(digest, Html(""), [item])[0].html,
            buttons=((Button(label=say("📖 Read in context"), url=where),),) if where else (),
        ),
    )


def _lines(item: Item) -> Sequence[str]:
    """The visible lines, the claim's words first and before them no date."""
    lines = [unescape(_TAG.sub("", line)).strip() for line in item.html.split("\n")]
    points = [line for line in lines if line.startswith("• ")]
    first = points[0] if len(points) == 1 else lines[0]
    ordered = [first, *(line for line in lines if line is not first)]
    return [line.removeprefix("• ") for line in ordered if line]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rsplit(' ', 1)[0]}…"
