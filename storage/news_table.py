"""The news of the stories: a document each under its number, and a second one while it is being spread.

Every method that changes something does so within the step that is open, and waits for nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.digest.alert import Alert
from bot.outbox import ChatId
from bot.ports import Spreading
from bot.stories import News, StoryName
from storage.codec import news_text, read_news
from storage.durable import DurableDB, encode
from storage.versions import META

NEWS = "news"
SPREADING = "spreading"
COUNT = "news"  #: in the store's note: how much news there ever was


class NewsTable:
    """News, decoded when it is asked for."""

    def __init__(self, database: DurableDB) -> None:
        self._news = database.table(NEWS)
        self._spreading = database.table(SPREADING)
        self._meta = database.table(META)
        self._at: dict[int, tuple[StoryName, datetime]] = {}
        self._pending: set[int] = set()
        database.storage.watch(NEWS, self._news_changed)
        database.storage.watch(SPREADING, self._spreading_changed)

    def put(self, story: StoryName, at: datetime, articles: Sequence[int], alerts: Sequence[Alert]) -> News:
        """Keeps what a step brought to a story, under the next number; it is pending."""
        note = self._meta.get(doc_id=1)
        number = 1 + (0 if note is None else int(note.get(COUNT, 0)))
        news = News(number=number, story=story, at=at, articles=tuple(articles), alerts=tuple(alerts))
        self._meta.update({COUNT: number}, doc_ids=[1])
        self._news.put(number, news_text(news))
        self._spreading.put(number, encode({}))
        return news

    def get(self, number: int) -> News | None:
        """News, decoded anew; None when it is not kept any more."""
        text = self._news.text(number)
        return None if text is None else read_news(text)

    def pending(self) -> Spreading | None:
        """The first news that is not spread."""
        news = self.get(min(self._pending)) if self._pending else None
        if news is None:
            return None
        mark = self._spreading.get(doc_id=news.number)
        return Spreading(news=news, reached=None if mark is None else mark.get("reached"))

    def reach(self, number: int, chat: ChatId) -> None:
        """Notes how far pending news is spread."""
        self._spreading.put(number, encode({"reached": chat}))

    def end(self, number: int, *, keep: bool) -> None:
        """Makes pending news spread."""
        self._spreading.drop({number: None})
        if not keep:
            self._news.drop({number: None})

    def many(self, numbers: Collection[int]) -> Mapping[int, News]:
        """Those of the news that are kept."""
        return {number: news for number in numbers if (news := self.get(number)) is not None}

    def recent(self, story: StoryName, most: int) -> tuple[News, ...]:
        """A story's news, the newest first."""
        of_story = sorted((number for number, (name, _) in self._at.items() if name == story), reverse=True)
        return tuple(self.many(of_story[:most]).values())

    def prune(self, before: datetime) -> int:
        """Drops what is spread and was recorded before a moment, and counts it."""
        old = [number for number, (_, at) in self._at.items() if at < before and number not in self._pending]
        self._news.drop(dict.fromkeys(old))
        return len(old)

    def _news_changed(self, number: int, text: str | None) -> None:
        if text is None:
            self._at.pop(number, None)
        else:
            news = read_news(text)
            self._at[number] = (news.story, news.at)

    def _spreading_changed(self, number: int, text: str | None) -> None:
        if text is None:
            self._pending.discard(number)
        else:
            self._pending.add(number)
