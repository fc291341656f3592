"""A channel's post that somebody forwards to the bot: an article, or the way to one."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.ports import Notice
from bot.sources.language import aside, foreign
from bot.sources.links import article_id, tidy
from bot.sources.page import LONGEST
from bot.sources.text import line, neutral

SHORTEST = 100  #: characters without links; less is a pointer, not an article
MOST_LINKS = 5  #: of one post
_LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}]+[^\s<>\"'`|\\^{}.,;:!?\]»”’…]", re.IGNORECASE)


def links_in(text: str) -> tuple[str, ...]:
    """The web addresses in a text, each once, in their order."""
    found = (tidy(match) for match in _LINK.findall(neutral(text)))
    return tuple(dict.fromkeys(link for link in found if link is not None))[:MOST_LINKS]


def read_post(text: str, *, channel: str | None, sent: datetime, link: str | None = None) -> Article | Notice | Problem:
    """The post as an article, stated at the moment it was sent; ``link`` is the post's own address.

    A Notice sets a post in another language aside. A post too short to be an article is a Problem: read the pages that
    ``links_in`` finds in it instead.
    """
    words = neutral(text).strip()
    where = line(channel or "") or "forwarded post"
    length = len(_LINK.sub("", words).strip())
    if not SHORTEST <= length <= LONGEST:
        return Problem(
            where=where,
            expected=f"a post of {SHORTEST} to {LONGEST:,} characters",
            got=f"{length:,}",
            fix="Send the link of the article, or the whole text.",
        )
    language = foreign(words)
    if language is not None:
        return aside(where, language)
    digest = hashlib.sha256(f"{where}\n{sent.isoformat()}\n{words}".encode()).hexdigest()
    return Article(
        id=article_id(link) if link else ArticleId(f"post-{digest[:12]}"),
        text=words,
        published=Published(moment=sent, basis=Basis.STATED),
        publisher=line(channel or "") or None,
        url=tidy(link) if link else None,
    )
