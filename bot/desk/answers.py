"""Questions about the story, answered from the stored digest, which is never rebuilt for one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.desk.asking import SEARCH, Asked, is_in_other_letters, lead, nearest
from bot.desk.indexes import Indexes
from bot.desk.narrowing import anchor, narrow
from bot.desk.searching import Index
from bot.desk.vocabulary import folded
from bot.digest.model import Digest, Tracker
from bot.digest.stop_words import STOP_WORDS
from bot.digest.stretches import stretch
from bot.ports import SearchStore
from bot.render.answer import STORY_COMMANDS, Example, answer, content, sample, sound
from bot.render.facts import LinkTo, fact_page, former_fact, no_link, unknown_fact
from bot.render.message import Message, Question, View
from bot.render.search import Narrowed, how_to_search, only_english
from bot.render.words import language
from bot.stories import MAIN, StoryName, StoryTopic, mark_of, only_one

KEPT = 256  #: rendered answers that are kept
LONGEST = 400  #: characters of a message that are read


class NoSuchCommandError(LookupError):
    """Nobody answers this command."""


class NoSuchStoryError(LookupError):
    """The question is about a story that is not followed any more."""


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


@dataclass(slots=True)
class _Shelf:
    """What is kept at hand of a story: its digest and the answers rendered of it.

    ``title`` stands over the answers; None when there is only one story.
    """

    digest: Digest | None = None
    title: str | None = None
    rendered: OrderedDict[tuple[str, Question], tuple[Message, ...]] = field(default_factory=OrderedDict)


@dataclass(slots=True, kw_only=True)
class Answers:
    """What people can ask; each distinct answer is rendered once a digest and language.

    ``topics`` are the stories followed now; a question that names none is about the first. What is found by words is
    told from the digest that the index is of, which may have come after the question.
    """

    store: SearchStore
    trackers: tuple[Tracker, ...]
    link_to: LinkTo = no_link
    topics: Callable[[], tuple[StoryTopic, ...]] = only_one
    _shelves: dict[StoryName, _Shelf] = field(default_factory=dict)
    _indexes: Indexes = field(init=False)

    def __post_init__(self) -> None:
        self._indexes = Indexes(self.store)

    def commands(self) -> Mapping[str, str]:
        """Every command about the story, with what the menu says of it, in the menu's order."""
        summary, *others = STORY_COMMANDS.items()
        return dict([summary, *((tracker.command, tracker.title) for tracker in self.trackers), *others])

    async def warm(self) -> None:
        """Gets ready for the first question with words, which would wait for the index of a long story otherwise."""
        await self._indexes.warm([topic.name for topic in self.topics()])

    async def ask(self, question: Question) -> tuple[Message, ...]:
        """The messages that answer ``question``.

        Raises:
            NoSuchCommandError: it is not one of ``commands``, nor a search.
            NoSuchStoryError: its story is not followed any more.
        """
        if question.command not in self.commands() and not (question.command == SEARCH and question.words):
            raise NoSuchCommandError(question.command)
        topic = self._topic(question)
        digest = await self.store.digest(topic.name)
        title = topic.title if len(self.topics()) > 1 else None
        rendered, key = self._shelf(topic.name, digest, title).rendered, (language(), question)
        if key not in rendered:
            index = await self._indexes.of(topic.name) if question.words else None
            rendered[key] = await asyncio.to_thread(self._answer, digest, question, index, title)
            if len(rendered) > KEPT:
                rendered.popitem(last=False)
        return rendered[key]

    async def tell(self, command: str, words: str, today: date, story: StoryName = MAIN) -> tuple[Message, ...]:
        """What a command answers that is given with words, which may name days counted from ``today``.

        Raises:
            NoSuchCommandError: it is not one of ``commands``, nor a search.
            NoSuchStoryError: the story is not followed any more.
        """
        digest = await self.store.digest(self._named(story).name)
        plain = _plain(words)
        if command == SEARCH and not plain and digest.sources:
            return (how_to_search(digest, self.trackers),)
        if is_in_other_letters(plain) and digest.sources:
            return (only_english(digest, self.trackers),)
        if not plain or not digest.sources:
            return await self.ask(Question(command="summary" if command == SEARCH else command, story=mark_of(story)))
        return await self.ask(await self._question(digest, Asked(command=command, words=plain), today, story))

    async def talk(self, message: str, today: date, story: StoryName = MAIN) -> tuple[Message, ...]:
        """The answer to a plain message: that of the nearest command, or what the articles say to its words.

        Raises:
            NoSuchStoryError: the story is not followed any more.
        """
        named = self._named(story).name
        digest = await self.store.digest(named)
        if not digest.sources:
            return await self.ask(Question(command="summary", story=mark_of(story)))
        plain = _plain(message)
        if is_in_other_letters(plain):
            return (only_english(digest, self.trackers),)
        index = await self._indexes.of(named)
        if index is None:
            return await self.ask(Question(command="summary", story=mark_of(story)))
        asked = await asyncio.to_thread(self._nearest, index, plain, today)
        if asked.command == SEARCH and not await asyncio.to_thread(index.terms, asked.words):
            return (how_to_search(index.digest, self.trackers),)
        if not asked.words:
            return await self.ask(Question(command=asked.command, story=mark_of(story)))
        return await self.ask(await self._question(index.digest, asked, today, story))

    async def whole(self, command: str, story: StoryName = MAIN) -> tuple[Message, ...]:
        """Every page of a command's answer, one after the other.

        Raises:
            NoSuchCommandError: it is not one of ``commands``.
            NoSuchStoryError: the story is not followed any more.
        """
        first = Question(command=command, story=mark_of(story))
        messages = list(await self.ask(first))
        shown = {first}
        while following := _next_page(messages[-1], shown):
            shown.add(following)
            messages += await self.ask(following)
        return tuple(messages)

    async def look_up(self, message: str, today: date, story: StoryName = MAIN) -> LookedUp | None:
        """What a story has for plain words: the summary for none; None when it has no articles.

        Raises:
            NoSuchStoryError: the story is not followed any more.
        """
        named, plain = self._named(story).name, _plain(message)
        digest = await self.store.digest(named)
        if not digest.sources:
            return None
        if not plain:
            return LookedUp(digest=digest, command="summary")
        index = await self._indexes.of(named)
        return None if index is None else await asyncio.to_thread(self._look_up, index, plain, today)

    async def fact(self, key: str, story: StoryName = MAIN) -> tuple[Message, ...]:
        """What a link to a fact opens: all that was read from its sentence, and the sentence in context.

        It is looked for in ``story`` first, then in the others. Of a sentence that no article has any more, what became
        of it is told as long as that is kept.
        """
        former: tuple[Message, ...] = ()
        for name in dict.fromkeys([story, *(topic.name for topic in self.topics())]):
            index = await self._indexes.of(name)
            if index is None:
                continue
            page = await asyncio.to_thread(self._fact_page, index, key)
            if page:
                return page
            former = former or former_fact(index.digest, key)
        return former or (unknown_fact(self.trackers),)

    async def sample(self, story: StoryName = MAIN) -> Example:
        """One cited line, to show how an answer looks."""
        return sample(await self.store.digest(self._named(story).name))

    def story_of(self, question: Question) -> StoryName:
        """The story that a question is about.

        Raises:
            NoSuchStoryError: it is not followed any more.
        """
        return self._topic(question).name

    def _topic(self, question: Question) -> StoryTopic:
        """The story of a question's mark; without a mark the first."""
        topics = self.topics()
        found = next((topic for topic in topics if topic.mark == question.story), None)
        if found is not None or not question.story:
            return found or topics[0]
        raise NoSuchStoryError(question.story)

    def _named(self, story: StoryName) -> StoryTopic:
        return self._topic(Question(command=SEARCH, story=mark_of(story)))

    def _shelf(self, story: StoryName, digest: Digest, title: str | None) -> _Shelf:
        """What is at hand of a story as it is now."""
        shelf = self._shelves.setdefault(story, _Shelf())
        if shelf.digest is not digest or shelf.title != title:
            shelf.digest, shelf.title, shelf.rendered = digest, title, OrderedDict()
        return shelf

    def _answer(
        self, digest: Digest, question: Question, index: Index | None, title: str | None
    ) -> tuple[Message, ...]:
        """Renders, from the digest of the index if there is one; blocks."""
        if index is None:
            return answer(digest, question, self.trackers, None, title, link_to=self.link_to)
        found = narrow(index.digest, index, question, self.trackers)
        return answer(index.digest, question, self.trackers, found, title, link_to=self.link_to)

    def _fact_page(self, index: Index, key: str) -> tuple[Message, ...]:
        """What a link to a fact opens, nothing for a fact of another story; blocks."""
        return fact_page(index.digest, key, index.lines(), self.trackers, sound=sound, link_to=self.link_to)

    def _nearest(self, index: Index, message: str, today: date) -> Asked:
        """What a message asks for: a command that has nothing to say to its words leaves them to the search; blocks."""
        asked = nearest(message, self.trackers, index.terms(message), anchor(index.digest, today))
        if asked.command == SEARCH or not asked.words:
            return asked
        question = Question(command=asked.command, words=asked.words, today=today)
        found = narrow(index.digest, index, question, self.trackers)
        _, items = content(index.digest, asked.command, self.trackers, found)
        return asked if items or not found.request.words else Asked(command=SEARCH, words=message)

    def _look_up(self, index: Index, message: str, today: date) -> LookedUp:
        """What the nearest command has for a message, or the search; blocks."""
        digest, asked = index.digest, self._nearest(index, message, today)
        if not asked.words and asked.command != SEARCH:
            return LookedUp(digest=digest, command=asked.command)
        if asked.command == SEARCH and not index.terms(asked.words):
            return LookedUp(digest=digest, command=SEARCH)
        question = Question(command=asked.command, words=asked.words, today=today)
        narrowed = narrow(digest, index, question, self.trackers)
        return LookedUp(digest=digest, command=asked.command, narrowed=narrowed)

    async def _question(self, digest: Digest, asked: Asked, today: date, story: StoryName) -> Question:
        """The question with as many of the words as its buttons can carry, the rarest kept longest."""
        named = await asyncio.to_thread(stretch, asked.words, anchor(digest, today))
        day = None if named is None else today
        question = Question(command=asked.command, words=asked.words, today=day, story=mark_of(story))
        if question.has_room():
            return question
        index = await self._indexes.of(self._named(story).name)
        return (
            question if index is None else replace(question, words=await asyncio.to_thread(_shortened, question, index))
        )


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
