"""The news of the stories: a document each under its number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.digest.alert import Alert
from bot.stories import News, StoryName
from storage.codec import news_text
from storage.durable import DurableDB

NEWS = "news"


class NewsTable:
    """News; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._news = database.table(NEWS)

    def put(self, story: StoryName, at: datetime, articles: Sequence[int], alerts: Sequence[Alert]) -> News:
        """Keeps what a step brought to a story, under the next number."""
        number = 1 + max(map(int, self._news._read_table()), default=0)
        news = News(number=number, story=story, at=at, articles=tuple(articles), alerts=tuple(alerts))
        self._news.put(number, news_text(news))
        return news
