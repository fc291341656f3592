"""What the articles say to somebody's words: the cited sentences, claims and events, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.digest.model import Digest, Entry, Line
from bot.render.figures import claim_items
from bot.render.layout import Item
from bot.render.summary import line_items
from bot.render.timeline import entry_items


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A sentence that answers. Its claims, as indices of the digest's, or its event are shown instead, if given."""

    line: Line
    claims: tuple[int, ...] = ()
    entry: Entry | None = None


def hit_items(digest: Digest, hits: Sequence[Hit]) -> list[Item]:
    """One item a hit, or one a claim; nothing twice."""
    items: list[Item] = []
    for hit in hits:
        if hit.claims:
            items += claim_items(digest, [digest.claims[index] for index in hit.claims])
        elif hit.entry is not None:
            items += entry_items(digest, [hit.entry])
        else:
            items += line_items(digest, [hit.line])
    return [*dict.fromkeys(items)]
