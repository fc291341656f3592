"""The library and its stories: a document for each article and each report, and the digests in pieces.

Every method that changes something does so within the step that is open, and costs what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.digest.model import Article, Digest, Report
from bot.digest.patching import PatchError, patched
from bot.ports import Filed, Library, Step
from bot.stories import News, StoryName
from storage.codec import (
    FormatError,
    article_of,
    filed_text,
    piece_text,
    read_filed,
    read_keys,
    read_piece,
    read_report,
    story_of_piece,
)
from storage.durable import DurableDB, encode
from storage.news_table import NewsTable

LIBRARY = "library"
ARTICLES = "articles"
REPORTS = "reports"
DIGESTS = "digests"
KNOWN = "known"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A digest, and the numbers of the pieces that it is made of."""

    digest: Digest
    pieces: tuple[int, ...]


class StoryTables:
    """What is stored of the stories. ``fault`` says what could not be read of it at first."""

    def __init__(self, database: DurableDB, news: NewsTable) -> None:
        self._news = news
        self.fault: str | None = None
        self._is_sound = True
        self._storage = database.storage
        self._library = database.table(LIBRARY)
        self._digests = database.table(DIGESTS)
        self._known = database.table(KNOWN)
        self._filed: dict[int, Filed] = {}
        self._arrivals: dict[StoryName, dict[int, int]] = {}  # numbers of articles by those of arrival in the story
        self._keys: dict[int, tuple[StoryName, tuple[str, ...]]] = {}
        self._pieces: dict[int, StoryName] = {}
        for name, watcher in (
            (ARTICLES, self._article_changed),
            (KNOWN, self._keys_changed),
            (DIGESTS, self._piece_changed),
        ):
            self._storage.watch(name, watcher)
        self._made: dict[StoryName, _Made] = {}
        self.have(self.missing()())

    def library(self) -> Library:
        """All articles there are."""
        head = self._library.get(doc_id=1)
        known: dict[StoryName, set[str]] = {}
        for story, keys in self._keys.values():
            known.setdefault(story, set()).update(keys)
        return Library(
            reader=None if head is None or not self._is_sound else head.get("reader"),
            filed=tuple(filed for _, filed in sorted(self._filed.items())),
            known={story: frozenset(keys) for story, keys in known.items()},
        )

    def digest(self, story: StoryName) -> Digest:
        """A story's digest."""
        made = self._made.get(story)
        return Digest() if made is None else made.digest

    def pieces(self, story: StoryName) -> int:
        """How many documents hold a digest."""
        return sum(name == story for name in self._pieces.values())

    def packed(self, numbers: Iterable[int]) -> dict[int, str]:
        """Reports as they are kept."""
        texts = self._storage.texts(REPORTS)
        return {number: texts[number] for number in numbers if number in texts}

    def packed_story(self, story: StoryName) -> dict[int, str]:
        """The reports of a story as they are kept, by source number."""
        articles = self._arrivals.get(story, {})
        sources = {place: articles[arrival] for place, arrival in enumerate(sorted(articles), 1)}
        texts = self.packed(sources.values())
        return {place: texts[number] for place, number in sources.items() if number in texts}

    def reports(self, story: StoryName, wanted: Collection[int] | None) -> Callable[[], Mapping[int, Report]]:
        """A function that decodes reports as they are kept now, by source number; it may be called in a thread."""
        found = {place: text for place, text in self.packed_story(story).items() if wanted is None or place in wanted}
        return lambda: dict(_each(found, read_report))

    def articles(self) -> Callable[[], Mapping[int, Article]]:
        """A function that decodes the articles of all reports; it may be called in a thread."""
        found = self.packed(self._filed)
        return lambda: dict(_each(found, article_of))

    def put(self, step: Step) -> tuple[News, ...]:
        """Makes a step's documents, and its news; its digests are to be taken up once they are lasting."""
        self._storage.change_texts(ARTICLES, {filed.number: filed_text(filed) for filed in step.filed})
        self._storage.change_texts(REPORTS, step.reports)
        for name in (ARTICLES, REPORTS):
            there = self._storage.texts(name)
            self._storage.change_texts(name, {number: None for number in step.withdrawn if number in there})
        if step.reader is not None:
            self._library.put(1, encode({"reader": step.reader}))
            self._digests.drop(dict.fromkeys(self._pieces))
        for growth in step.stories:
            if growth.is_whole:
                self._drop_pieces(growth.story)
            self._add_piece(growth.story, growth.patch)
            if growth.keys:
                number = max(self._keys, default=0) + 1
                self._known.put(number, encode({"story": growth.story, "keys": list(growth.keys)}))
        return tuple(
            self._news.put(growth.story, step.at, growth.articles, growth.alerts)
            for growth in step.stories
            if growth.articles and not growth.quiet
        )

    def take_up(self, step: Step) -> None:
        """Has the digests of a step that is lasting."""
        if step.reader is not None:
            self._is_sound = True
            self._made.clear()
        for growth in step.stories:
            self._made[growth.story] = _Made(digest=growth.digest, pieces=self._pieces_of(growth.story))

    def gather(self, story: StoryName, patch: str) -> None:
        """Puts one piece in the place of all that hold a digest; `gathered` is to be called once it is lasting."""
        self._drop_pieces(story)
        self._add_piece(story, patch)

    def gathered(self, story: StoryName) -> None:
        """Knows that a digest is in other pieces now, and the same."""
        self._made[story] = _Made(digest=self.digest(story), pieces=self._pieces_of(story))

    def missing(self) -> Callable[[], Mapping[StoryName, _Made]]:
        """A function that makes the digests whose pieces are others than those they are made of.

        It may be called in a thread.
        """
        wanted = {story: self._pieces_of(story) for story in sorted({*self._pieces.values()})}
        behind = {story: pieces for story, pieces in wanted.items() if self._applied(story) != pieces}
        texts = dict(self._storage.texts(DIGESTS))
        return lambda: {story: self._put_together(story, pieces, texts) for story, pieces in behind.items()}

    def have(self, made: Mapping[StoryName, _Made]) -> None:
        """Takes up digests that another made; they are those of the pieces that are there."""
        self._made.update(made)

    def _put_together(self, story: StoryName, pieces: tuple[int, ...], texts: Mapping[int, str]) -> _Made:
        """A digest, from the one before if that can be; an empty one when a piece cannot be read."""
        applied = self._applied(story)
        is_longer = pieces[: len(applied)] == applied
        digest = self.digest(story) if is_longer else Digest()
        try:
            for number in pieces[len(applied) if is_longer else 0 :]:
                digest = patched(digest, read_piece(texts[number]).patch)
        except (FormatError, PatchError) as error:
            self._note(error)
            digest = Digest()
        return _Made(digest=digest, pieces=pieces)

    def _applied(self, story: StoryName) -> tuple[int, ...]:
        made = self._made.get(story)
        return () if made is None else made.pieces

    def _pieces_of(self, story: StoryName) -> tuple[int, ...]:
        return tuple(sorted(number for number, name in self._pieces.items() if name == story))

    def _add_piece(self, story: StoryName, patch: str) -> None:
        self._digests.put(max(self._pieces, default=0) + 1, piece_text(story, patch))

    def _drop_pieces(self, story: StoryName) -> None:
        self._digests.drop(dict.fromkeys(self._pieces_of(story)))

    def _article_changed(self, number: int, text: str | None) -> None:
        before = self._filed.pop(number, None)
        for story, arrival in ({} if before is None else before.places).items():
            del self._arrivals[story][arrival]
        if text is None:
            return
        try:
            filed = self._filed[number] = read_filed(text)
        except FormatError as error:
            self._note(error)
            return
        for story, arrival in filed.places.items():
            self._arrivals.setdefault(story, {})[arrival] = number

    def _keys_changed(self, number: int, text: str | None) -> None:
        self._keys.pop(number, None)
        try:
            if text is not None:
                known = read_keys(text)
                self._keys[number] = (known.story, known.keys)
        except FormatError as error:
            self._note(error)

    def _piece_changed(self, number: int, text: str | None) -> None:
        self._pieces.pop(number, None)
        try:
            if text is not None:
                self._pieces[number] = story_of_piece(text)
        except FormatError as error:
            self._note(error)

    def _note(self, error: Exception) -> None:
        self._is_sound = False
        self.fault = f"stored story: {error}; read anew from the articles"


def _each(texts: Mapping[int, str], read: Callable[[str], T]) -> Iterator[tuple[int, T]]:
    """What can be read of these documents."""
    for number, text in texts.items():
        try:
            yield number, read(text)
        except FormatError:
            continue
