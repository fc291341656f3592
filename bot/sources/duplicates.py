"""Which article is another one again: the same text, a copy by another publisher, or a later version of the page."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash, RMinHashLSH  # type: ignore[import-untyped]

from bot.digest.copies import COPY, hashed, held, is_cut, near_index, shared, shingled, sketch
from bot.digest.model import Article, ArticleId
from bot.sources.families import Families
from bot.sources.links import site, tidy

VERSION = 0.3  #: what two texts at one address share at least; less is another article at the same address
_WORD = re.compile(r"[^\W_]+")


class Likeness(StrEnum):
    """How an article repeats an earlier one."""

    SAME = "same"  #: the same words, by whomever
    COPY = "copy"  #: nearly the same words by another publisher: a wire copy or a re-post
    CUT = "cut"  #: a part of a longer article, or that article with more around it, by another publisher
    VERSION = "version"  #: the page as it is now


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """That an article repeats ``of``, one seen before; ``shared`` from 0 to 1 is the part of their shingles in both."""

    of: ArticleId
    likeness: Likeness
    shared: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Print:
    """What is kept of an article: a few kilobytes."""

    article: ArticleId
    exact: bytes
    shingles: NDArray[np.uint64]
    sketch: RMinHash
    address: str | None
    house: str | None


@dataclass(slots=True)
class Duplicates:
    """The articles seen so far, each against which a new one is held.

    A family of publishers is one publisher here. Adding costs what the text is long and hardly how many articles there
    are: some milliseconds of work, so that many are better added in a thread.
    """

    families: Families = field(default_factory=Families)
    _prints: list[_Print | None] = field(default_factory=list)
    _places: dict[ArticleId, int] = field(default_factory=dict)
    _exact: dict[bytes, int] = field(default_factory=dict)
    _addresses: dict[str, int] = field(default_factory=dict)
    _near: RMinHashLSH = field(default_factory=near_index)

    def add(self, article: Article) -> Repeat | None:
        """Remembers the article, in the place of one with its id, and says which earlier one it repeats, if any."""
        fresh = self._print(article)
        repeat = self._repeat(fresh)
        self.forget(article.id)
        place = len(self._prints)
        self._prints.append(fresh)
        self._places[article.id] = place
        self._exact.setdefault(fresh.exact, place)
        if fresh.address is not None:
            self._addresses[fresh.address] = place
        self._near.insert(place, fresh.sketch)
        return repeat

    def find(self, article: Article) -> Repeat | None:
        """Which article seen before ``article`` repeats, if any; nothing is remembered."""
        return self._repeat(self._print(article))

    def forget(self, article: ArticleId) -> None:
        """Drops an article."""
        place = self._places.pop(article, None)
        known = self._prints[place] if place is not None else None
        if place is None or known is None:
            return
        self._prints[place] = None
        self._near.remove(place)
        if self._exact.get(known.exact) == place:
            del self._exact[known.exact]
        if known.address is not None and self._addresses.get(known.address) == place:
            del self._addresses[known.address]

    def _repeat(self, fresh: _Print) -> Repeat | None:
        earlier = self._same_page(fresh)
        if earlier is not None:
            return Repeat(of=earlier.article, likeness=Likeness.VERSION, shared=_shared(fresh, earlier))
        place = self._exact.get(fresh.exact)
        twin = self._prints[place] if place is not None else None
        if twin is not None:
            return Repeat(of=twin.article, likeness=Likeness.SAME, shared=1.0)
        near = [known for at in sorted(self._near.query(fresh.sketch)) if (known := self._prints[at]) is not None]
        found = [repeat for known in near if (repeat := _likeness(fresh, known)) is not None]
        return max(found, key=lambda repeat: repeat.shared, default=None)

    def _same_page(self, fresh: _Print) -> _Print | None:
        """The article that stood at the same address, or had the same id, when it is the same story."""
        at = self._places.get(fresh.article)
        if at is None and fresh.address is not None:
            at = self._addresses.get(fresh.address)
        known = self._prints[at] if at is not None else None
        if known is None:
            return None
        if (
            known.article != fresh.article
            and max(_shared(fresh, known), held(fresh.shingles, known.shingles)) < VERSION
        ):
            return None
        return known

    def _print(self, article: Article) -> _Print:
        words = _WORD.findall(unicodedata.normalize("NFKC", article.text).casefold())
        runs = shingled(words)
        house = self.families.of(article.publisher, article.url) or article.publisher
        house = house or (site(article.url) if article.url else None)
        return _Print(
            article=article.id,
            exact=hashlib.blake2b(" ".join(words).encode(), digest_size=16).digest(),
            shingles=hashed(runs),
            sketch=sketch(runs),
            address=tidy(article.url) if article.url else None,
            house=house.casefold() if house else None,
        )


def _likeness(fresh: _Print, known: _Print) -> Repeat | None:
    """How a near article is repeated; a near text by the same publisher is its new version."""
    part, cut = _shared(fresh, known), is_cut(fresh.shingles, known.shingles)
    if not cut and part < COPY:
        return None
    if fresh.house is not None and fresh.house == known.house:
        likeness = Likeness.VERSION
    else:
        likeness = Likeness.CUT if cut else Likeness.COPY
    return Repeat(of=known.article, likeness=likeness, shared=part)


def _shared(one: _Print, other: _Print) -> float:
    return shared(one.shingles, other.shingles)
