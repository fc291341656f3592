"""The library and its stories: a document for each article and each report, and the digests in pieces.

Every method that changes something does so within the step that is open, and costs what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from bot.digest.model import Article, Digest, Report
from bot.digest.patching import PatchError, patched
from bot.ports import Filed, Library, Step
from bot.stories import StoryName
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

LIBRARY = "library"
ARTICLES = "articles"
REPORTS = "reports"
DIGESTS = "digests"
KNOWN = "known"

T = TypeVar("T")


class StoryTables:
    """What is stored of the stories. ``fault`` says what could not be read of it at first."""

    def __init__(self, database: DurableDB) -> None:
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
        self._made = self._decoded_digests()

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
        return self._made.get(story, Digest())

    def pieces(self, story: StoryName) -> int:
        """How many documents hold a digest."""
        return sum(name == story for name in self._pieces.values())

    def packed(self, numbers: Iterable[int]) -> dict[int, str]:
        """Reports as they are kept."""
        texts = self._storage.texts(REPORTS)
        return {number: texts[number] for number in numbers if number in texts}

    def reports(self, story: StoryName, wanted: Collection[int] | None) -> Callable[[], Mapping[int, Report]]:
        """A function that decodes reports as they are kept now, by source number; it may be called in a thread."""
        articles = self._arrivals.get(story, {})
        sources = {place: articles[arrival] for place, arrival in enumerate(sorted(articles), 1)}
        texts = self.packed(sources.values())
        found = {
            place: texts[number]
            for place, number in sources.items()
            if number in texts and (wanted is None or place in wanted)
        }
        return lambda: dict(_each(found, read_report))

    def articles(self) -> Callable[[], Mapping[int, Article]]:
        """A function that decodes the articles of all reports; it may be called in a thread."""
        found = self.packed(self._filed)
        return lambda: dict(_each(found, article_of))

    def put(self, step: Step) -> None:
        """Makes a step's documents; its digests are to be taken up once they are lasting."""
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
            self._digests.add(piece_text(growth.story, growth.patch))
            if growth.keys:
                self._known.add(encode({"story": growth.story, "keys": list(growth.keys)}))

    def take_up(self, step: Step) -> None:
        """Has the digests of a step that is lasting."""
        for growth in step.stories:
            self._made[growth.story] = growth.digest
        if step.reader is not None:
            self._is_sound = True

    def gather(self, story: StoryName, patch: str) -> None:
        """Puts one piece in the place of all that hold a digest."""
        self._drop_pieces(story)
        self._digests.add(piece_text(story, patch))

    def _drop_pieces(self, story: StoryName) -> None:
        self._digests.drop({number: None for number, name in self._pieces.items() if name == story})

    def _decoded_digests(self) -> dict[StoryName, Digest]:
        """Every story's digest, put together; none when there is a fault."""
        made: dict[StoryName, Digest] = {}
        try:
            for _, text in sorted(self._storage.texts(DIGESTS).items()):
                piece = read_piece(text)
                made[piece.story] = patched(made.get(piece.story, Digest()), piece.patch)
        except (FormatError, PatchError) as error:
            self._note(error)
        return made if self._is_sound else {}

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
