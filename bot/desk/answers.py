"""Questions about the story, answered from the stored digest, which is never rebuilt for one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.desk.asking import SEARCH, Asked, is_in_other_letters, lead, nearest
from bot.desk.narrowing import anchor, narrow
from bot.desk.searching import Index
from bot.desk.vocabulary import STOP_WORDS, folded
from bot.digest.model import Digest, Tracker
from bot.digest.stretches import stretch
from bot.ports import AnswerStore
from bot.render.answer import STORY_COMMANDS, answer, content, sample, sound
from bot.render.facts import LinkTo, fact_page, no_link, unknown_fact
from bot.render.html import Html
from bot.render.message import Message, Question, View
from bot.render.search import Narrowed, how_to_search, only_english
from bot.render.words import language

KEPT = 256  #: rendered answers that are kept
LONGEST = 400  #: characters of a message that are read


class NoSuchCommandError(LookupError):
    """Nobody answers this command."""


class StoryChangedError(RuntimeError):
    """A new story was recorded while the old one was being indexed; the next question is answered from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What some words ask for, and what they leave of the story; a search that leaves nothing finds nothing."""

    digest: Digest
    command: str
    narrowed: Narrowed | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether the words look for nothing at all."""
        return self.command == SEARCH and self.narrowed is None


@dataclass(slots=True, kw_only=True)
class Answers:
    """What people can ask; each distinct answer is rendered once a digest and language, the articles indexed once."""

    store: AnswerStore
    trackers: tuple[Tracker, ...]
    link_to: LinkTo = no_link
    _digest: Digest | None = None
    _rendered: OrderedDict[tuple[str, Question], tuple[Message, ...]] = field(default_factory=OrderedDict)
    _index: Index | None = None
    _indexed: Digest | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def commands(self) -> Mapping[str, str]:
        """Every command about the story, with what the menu says of it, in the menu's order."""
        summary, *others = STORY_COMMANDS.items()
        return dict([summary, *((tracker.command, tracker.title) for tracker in self.trackers), *others])

    async def ask(self, question: Question) -> tuple[Message, ...]:
        """The messages that answer ``question``.

        Raises:
            NoSuchCommandError: it is not one of ``commands``, nor a search.
        """
        if question.command not in self.commands() and not (question.command == SEARCH and question.words):
            raise NoSuchCommandError(question.command)
        digest = await self.store.digest()
        if digest is not self._digest:
            self._digest, self._rendered = digest, OrderedDict()
        rendered, key = self._rendered, (language(), question)
        if key not in rendered:
            index = await self._searchable(digest) if question.words and digest.sources else None
            rendered[key] = await asyncio.to_thread(self._answer, digest, question, index)
            if len(rendered) > KEPT:
                rendered.popitem(last=False)
        return rendered[key]

    async def tell(self, command: str, words: str, today: date) -> tuple[Message, ...]:
        """What a command answers that is given with words, which may name days counted from ``today``.

        Raises:
            NoSuchCommandError: it is not one of ``commands``, nor a search.
        """
        digest = await self.store.digest()
        plain = _plain(words)
        if command == SEARCH and not plain and digest.sources:
            return (how_to_search(digest, self.trackers),)
        if is_in_other_letters(plain) and digest.sources:
            return (only_english(digest, self.trackers),)
        if not plain or not digest.sources:
            return await self.ask(Question(command="summary" if command == SEARCH else command))
        return await self.ask(await self._question(digest, Asked(command=command, words=plain), today))

    async def talk(self, message: str, today: date) -> tuple[Message, ...]:
        """The answer to a plain message: that of the nearest command, or what the articles say to its words."""
        digest = await self.store.digest()
        if not digest.sources:
            return await self.ask(Question(command="summary"))
        plain = _plain(message)
        if is_in_other_letters(plain):
            return (only_english(digest, self.trackers),)
        index = await self._searchable(digest)
        asked = await asyncio.to_thread(self._nearest, digest, index, plain, today)
        if asked.command == SEARCH and not await asyncio.to_thread(index.terms, asked.words):
            return (how_to_search(digest, self.trackers),)
        if not asked.words:
            return await self.ask(Question(command=asked.command))
        return await self.ask(await self._question(digest, asked, today))

    async def whole(self, command: str) -> tuple[Message, ...]:
        """Every page of a command's answer, one after the other.

        Raises:
            NoSuchCommandError: it is not one of ``commands``.
        """
        messages = list(await self.ask(Question(command=command)))
        shown = {Question(command=command)}
        while following := _next_page(messages[-1], shown):
            shown.add(following)
            messages += await self.ask(following)
        return tuple(messages)

    async def look_up(self, message: str, today: date) -> LookedUp | None:
        """What the story has for plain words: the summary for none; None when there is no story."""
        digest, plain = await self.store.digest(), _plain(message)
        if not digest.sources:
            return None
        if not plain:
            return LookedUp(digest=digest, command="summary")
        index = await self._searchable(digest)
        return await asyncio.to_thread(self._look_up, digest, index, plain, today)

    async def fact(self, key: str) -> tuple[Message, ...]:
        """What a link to a fact opens: all that was read from its sentence, and the sentence in context."""
        digest = await self.store.digest()
        if digest.sources:
            index = await self._searchable(digest)
            page = await asyncio.to_thread(
                fact_page, digest, key, index.lines(), self.trackers, sound=sound, link_to=self.link_to
            )
            if page:
                return page
        return (unknown_fact(self.trackers),)

    async def sample(self) -> Html:
        """One cited line, to show how an answer looks."""
        return sample(await self.store.digest())

    def _answer(self, digest: Digest, question: Question, index: Index | None) -> tuple[Message, ...]:
        """Renders; blocks."""
        if index is None:
            return answer(digest, question, self.trackers, link_to=self.link_to)
        found = narrow(digest, index, question, self.trackers)
        return answer(digest, question, self.trackers, found, link_to=self.link_to)

    def _nearest(self, digest: Digest, index: Index, message: str, today: date) -> Asked:
        """What a message asks for: a command that has nothing to say to its words leaves them to the search; blocks."""
        asked = nearest(message, self.trackers, index.terms(message), anchor(digest, today))
        if asked.command == SEARCH or not asked.words:
            return asked
        question = Question(command=asked.command, words=asked.words, today=today)
        found = narrow(digest, index, question, self.trackers)
        _, items = content(digest, asked.command, self.trackers, found)
        return asked if items or not found.request.words else Asked(command=SEARCH, words=message)

    def _look_up(self, digest: Digest, index: Index, message: str, today: date) -> LookedUp:
        """What the nearest command has for a message, or the search; blocks."""
        asked = self._nearest(digest, index, message, today)
        if not asked.words and asked.command != SEARCH:
            return LookedUp(digest=digest, command=asked.command)
        if asked.command == SEARCH and not index.terms(asked.words):
            return LookedUp(digest=digest, command=SEARCH)
        question = Question(command=asked.command, words=asked.words, today=today)
        narrowed = narrow(digest, index, question, self.trackers)
        return LookedUp(digest=digest, command=asked.command, narrowed=narrowed)

    async def _question(self, digest: Digest, asked: Asked, today: date) -> Question:
        """The question with as many of the words as its buttons can carry, the rarest kept longest."""
        named = await asyncio.to_thread(stretch, asked.words, anchor(digest, today))
        question = Question(command=asked.command, words=asked.words, today=None if named is None else today)
        if question.has_room():
            return question
        index = await self._searchable(digest)
        return replace(question, words=await asyncio.to_thread(_shortened, question, index))

    async def _searchable(self, digest: Digest) -> Index:
        """The index of this digest, made in a thread when there is none yet."""
        async with self._turn:
            if self._index is None or self._indexed is not digest:
                found = await self.store.reports(numbers=range(1, len(digest.sources) + 1))
                reports = [found[source.number] for source in digest.sources if source.number in found]
                if [report.article for report in reports] != [source.article for source in digest.sources]:
                    raise StoryChangedError("expected the reports of the digest, got others: it has just been replaced")
                old, self._index = self._index, await asyncio.to_thread(Index, digest, reports)
                self._indexed = digest
                if old is not None:
                    await asyncio.to_thread(old.close)
            return self._index


def _plain(words: str) -> str:
    """Words on one line, without quotation marks, which an answer prints around them, and without those at the end."""
    return " ".join(words.translate(_MARKS)[:LONGEST].split()).rstrip(" ?!.")


_MARKS = str.maketrans({"“": " ", "”": " ", '"': " ", "\0": " "})


def _shortened(question: Question, index: Index) -> str:
    """The words without those that say nothing, then without the commonest, until the buttons can carry them."""
    asked = lead(question.words)
    words = [word for word in question.words.split() if {*folded(word)} - STOP_WORDS]
    while len(words) > 1 and not replace(question, words=" ".join([*asked, *words])).has_room():
        words.remove(max(words, key=index.rarity))
    shortened = " ".join([*asked, *words])
    while shortened and not replace(question, words=shortened).has_room():
        shortened = shortened[:-1].strip()
    return shortened


def _next_page(message: Message, shown: set[Question]) -> Question | None:
    """The page after the ones shown that a button of ``message`` leads to."""
    last = max(question.page for question in shown)
    for button in (button for row in message.buttons for button in row):
        try:
            question = Question.read(button.data)
        except ValueError:
            continue
        if question.view is View.ANSWER and question.page == last + 1:
            return question
    return None
