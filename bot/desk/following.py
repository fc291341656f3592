"""The stories that the bot follows: who reads which, and how operators add, confirm and drop some."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.chats import Chat, NotUnderstood
from bot.desk.declaring import LONGEST_TITLE, NAME, followed
from bot.desk.replies import Place, outgoing
from bot.desk.speech import language_of
from bot.desk.watching import read_watch
from bot.digest.model import Article
from bot.digest.proposing import proposals
from bot.digest.topics import belongs, stories_of
from bot.digest.watched import Watch, stems
from bot.ports import Clock, Planned, StoryStore
from bot.render import expected
from bot.render.stories import Offer, Standing, story_gone
from bot.render.words import speaking
from bot.stories import StoryName, StoryTopic

log = structlog.get_logger(__name__)

A_BATCH = 100  #: chats in one step of the store
MOST_STORIES = 20  #: one digest of each is in memory
TITLES = 3  #: of a proposal's articles that are shown
BEGINNING = 80  #: characters of an article without a title that stand for it
EXAMPLE = 'add flood "The Brell flood" flood "river Brell" +Oster -football'
_QUOTES = str.maketrans("“”„", '"""')


async def nothing_to_regroup() -> None:
    """For a bot that only looks."""


@dataclass(slots=True, kw_only=True)
class Stories:
    """The desk for stories; ``declared`` are those of the configuration.

    ``regroup`` has every article belong to the stories that it belongs to now. ``open`` is to be called once, before
    anything else.
    """

    store: StoryStore
    clock: Clock
    declared: tuple[StoryTopic, ...] = ()
    regroup: Callable[[], Awaitable[None]] = nothing_to_regroup
    _by_operators: tuple[StoryTopic, ...] = ()
    _offered: dict[str, Offer] = field(default_factory=dict)  # what was shown, whatever others would be by now

    async def open(self) -> None:
        """Takes up what operators declared."""
        self._by_operators = await self.store.topics()

    def topics(self) -> tuple[StoryTopic, ...]:
        """The stories followed now; a chat that chose none has the first."""
        return followed(self.declared, self._by_operators)

    @property
    def are_several(self) -> bool:
        """Whether there is anything to choose; if not, nothing is said about stories at all."""
        return len(self.topics()) > 1

    def stories_of(self, article: Article) -> tuple[StoryName, ...]:
        """The stories that an article belongs to; a millisecond of work."""
        return stories_of({topic.name: topic.words for topic in self.topics()}, article)

    def of(self, chat: Chat | None) -> StoryTopic:
        """The story that a chat follows: the first when it chose none, or one that is gone."""
        topics = self.topics()
        return next((topic for topic in topics if chat is not None and topic.name == chat.story), topics[0])

    async def standings(self) -> tuple[Standing, ...]:
        """What each story has: its articles, and when its last news came."""
        found = []
        for topic in self.topics():
            digest = await self.store.digest(topic.name)
            news = await self.store.recent_news(topic.name, 1)
            latest = max((source.article.published.moment for source in digest.sources), default=None)
            articles = len(digest.sources)
            found.append(Standing(topic=topic, articles=articles, latest=latest, news=news[0].at if news else None))
        return tuple(found)

    async def choice(self) -> tuple[Standing, ...]:
        """What a chat may choose from; nothing when there is one story only."""
        return await self.standings() if self.are_several else ()

    async def add(self, words: str) -> StoryTopic | NotUnderstood:
        """Follows a story from now on that ``words`` declare: a name, a title in quotation marks, and its words."""
        topic = read_topic(words)
        return topic if isinstance(topic, NotUnderstood) else await self._follow(topic)

    async def remove(self, name: str) -> StoryTopic | None:
        """Follows a story no longer that an operator declared; None when none did."""
        topic = next((topic for topic in self._by_operators if topic.name == name.lower()), None)
        if topic is None or not await self.store.drop_topic(topic.name):
            return None
        await self._changed()
        return topic

    async def offers(self) -> tuple[Offer, ...]:
        """What the articles that no declared story takes look like; seconds of work in a thread."""
        articles = [*(await self.store.articles()).values()]
        dismissed = await self.store.dismissed()
        taking = {topic.name: topic.words for topic in self.topics() if topic.words is not None}
        offers = await asyncio.to_thread(_offers, articles, taking, dismissed)
        self._offered |= {offer.key: offer for offer in offers}
        return offers

    async def preview(self, words: Watch) -> tuple[int, tuple[str, ...]]:
        """How many articles of the library words take, and the titles of the newest."""
        articles = [*(await self.store.articles()).values()]
        taken = await asyncio.to_thread(lambda: [article for article in articles if belongs(words, article)])
        taken.sort(key=lambda article: (article.published.moment, article.id), reverse=True)
        return len(taken), tuple(map(_title, taken[:TITLES]))

    async def confirm(self, key: str) -> StoryTopic | NotUnderstood | None:
        """Follows a story that was proposed; None when it is not proposed any more."""
        offer = await self._taken_up(key)
        if offer is None:
            return None
        title = ", ".join(offer.words.any_of)[:LONGEST_TITLE]
        name = self._free_name(offer.words.any_of[0])
        return await self._follow(
            StoryTopic(name=name, title=title[:1].upper() + title[1:], words=offer.words, by_operator=True)
        )

    async def dismiss(self, key: str) -> bool:
        """Proposes a story no more; False when it is not proposed."""
        offer = await self._taken_up(key)
        if offer is not None:
            await self.store.dismiss(offer.words)
        return offer is not None

    async def leave_gone(self) -> int:
        """Has the chats whose story is gone follow the first one, tells each so once, and counts them."""
        now = self.clock.now()
        gone = await self.store.followers([topic.name for topic in self.topics()])
        count = 0
        for start in range(0, len(gone), A_BATCH):
            chats = await self.store.chats(gone[start : start + A_BATCH])
            count += await self.store.brief([self._moved(chat, now) for chat in chats], now)
        if count:
            log.info("chats told that their story is gone", chats=count)
        return count

    async def _taken_up(self, key: str) -> Offer | None:
        """The proposal of a button, once; after a restart only one that is still made."""
        if key not in self._offered:
            await self.offers()
        return self._offered.pop(key, None)

    def _moved(self, chat: Chat, now: datetime) -> Planned:
        place = Place(chat=chat.id, thread=chat.thread, silent=chat.choices.silent)
        with speaking(language_of(chat)):
            message = story_gone(self.topics()[0].title, are_several=self.are_several)
        said = outgoing(place, message, key=f"story {chat.story} gone {now:%Y-%m-%d %H:%M:%S}")
        return Planned(before=chat, after=following(chat, self.topics()[0].name), messages=(said,))

    async def _follow(self, topic: StoryTopic) -> StoryTopic | NotUnderstood:
        others = [one for one in self.topics() if one.name != topic.name]
        if any(one.name == topic.name and not one.by_operator for one in self.topics()):
            return _wrong(expected.free_name(), topic.name)
        if any(one.mark == topic.mark for one in others):
            return _wrong(expected.distinct_name(), topic.name)
        if len(others) >= MOST_STORIES:
            return _wrong(expected.few_stories(MOST_STORIES), expected.one_more())
        await self.store.keep_topic(topic)
        await self._changed()
        return topic

    async def _changed(self) -> None:
        await self.open()
        await self.regroup()
        await self.leave_gone()

    def _free_name(self, word: str) -> StoryName:
        """A name that no story has, made of a word."""
        made = "".join(letter for letter in "-".join(stems(word)) if letter.isascii())[:20].strip("-") or "story"
        taken = {topic.name for topic in self.topics()}
        names = (made, *(f"{made}-{number}" for number in range(2, MOST_STORIES + 3)))
        return next(StoryName(name) for name in names if name not in taken)


def find_story(topics: tuple[StoryTopic, ...], words: str) -> StoryTopic | None:
    """The story that somebody means by its name or title, or by the only title that holds the words."""
    said = words.casefold().strip()
    for topic in topics:
        if said in (topic.name, topic.title.casefold()):
            return topic
    holding = [topic for topic in topics if stems(said) and set(stems(said)) <= set(stems(topic.title))]
    return holding[0] if len(holding) == 1 else None


def following(chat: Chat, story: StoryName) -> Chat:
    """The chat once it follows a story: alerts of the one before that wait for it are dropped."""
    if chat.story == story:
        return chat
    return replace(chat, story=story, heard=replace(chat.heard, held=(), due=None, waiting=0))


def read_topic(words: str) -> StoryTopic | NotUnderstood:
    """The story that somebody declares: flood "The Brell flood" flood "river Brell" +Oster -football."""
    name, _, rest = words.translate(_QUOTES).strip().partition(" ")
    name, rest = name.lower(), rest.strip()
    if not NAME.fullmatch(name):
        return _wrong(expected.story_name(), name)
    title = name
    if rest.startswith('"'):
        title, closed, rest = rest[1:].partition('"')
        title = " ".join(title.split())
        if not closed or not 0 < len(title) <= LONGEST_TITLE:
            return _wrong(expected.story_title(LONGEST_TITLE), title)
    watch = read_watch(rest)
    if isinstance(watch, NotUnderstood):
        return replace(watch, example=EXAMPLE)
    return StoryTopic(name=StoryName(name), title=title, words=watch, by_operator=True)


def _offers(
    articles: list[Article], taking: Mapping[StoryName, Watch | None], dismissed: tuple[Watch, ...]
) -> tuple[Offer, ...]:
    """What the articles look like that none of ``taking`` takes; blocks."""
    left = [article for article in articles if not taking or not stories_of(taking, article)]
    by_id = {article.id: article for article in left}
    return tuple(
        Offer(
            key=one.key,
            words=one.words,
            titles=tuple(_title(by_id[name]) for name in one.articles[:TITLES]),
            articles=len(one.articles),
            taken=len(one.taken),
            missed=one.missed,
            strangers=one.strangers,
        )
        for one in proposals(left, dismissed)
    )


def _wrong(what: str, got: str) -> NotUnderstood:
    return NotUnderstood(expected=what, got=got, example=EXAMPLE)


def _title(article: Article) -> str:
    """What an article is called, or how it begins."""
    return article.title or " ".join(article.text.split())[:BEGINNING]
