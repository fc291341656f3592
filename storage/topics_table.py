"""The stories that operators declared, and the words of those that were proposed and are not wanted."""

from __future__ import annotations

from functools import partial

from bot.digest.watched import Watch
from bot.stories import StoryName, StoryTopic
from storage.codec import read_topic, read_words, topic_text, words_text
from storage.durable import DurableDB, DurableTable

TOPICS = "topics"
DISMISSED = "dismissed"
MOST_DISMISSED = 200  #: the oldest are forgotten: their articles are old by then, and are not looked at any more


class TopicsTable:
    """A document for each; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._topics: DurableTable = database.table(TOPICS)
        self._dismissed: DurableTable = database.table(DISMISSED)
        self._texts = partial(database.storage.texts, TOPICS)
        self._dismissed_texts = partial(database.storage.texts, DISMISSED)

    def all(self) -> tuple[StoryTopic, ...]:
        """The stories, the one declared first coming first."""
        return tuple(read_topic(text) for _, text in sorted(self._texts().items()))

    def put(self, topic: StoryTopic) -> None:
        """Keeps a story in the place of the one of its name."""
        self._topics.put(self._number(topic.name) or max(self._texts(), default=0) + 1, topic_text(topic))

    def drop(self, name: StoryName) -> bool:
        """Forgets a story; False when there is none."""
        number = self._number(name)
        if number is not None:
            self._topics.drop({number: None})
        return number is not None

    def dismissed(self) -> tuple[Watch, ...]:
        """The words that are not wanted, the oldest first."""
        return tuple(read_words(text) for _, text in sorted(self._dismissed_texts().items()))

    def dismiss(self, words: Watch) -> None:
        """Keeps words that are not wanted."""
        kept = sorted(self._dismissed_texts())
        if words not in self.dismissed():
            self._dismissed.put(max(kept, default=0) + 1, words_text(words))
        if len(kept) >= MOST_DISMISSED:
            self._dismissed.drop({kept[0]: None})

    def _number(self, name: StoryName) -> int | None:
        return next((number for number, text in self._texts().items() if read_topic(text).name == name), None)
