"""Which story an article belongs to, by the words that stand in it: pure, and without having read its sentences.

An article belongs to a story when

* each ``must`` word or phrase stands somewhere in its title or text,
* no ``must_not`` word or phrase stands anywhere in them, and
* one of ``any_of`` (of ``must``, when there are none) is what it is about: it stands in the title, in the first
  `OPENING` words of the text, or the words of the list stand in it `OFTEN` times altogether.

Case, accents and endings do not matter, as in `bot.digest.watched`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.digest.model import Article
from bot.digest.watched import Phrase, Watch, stems

OPENING = 80  #: words of a text that tell what it is about: about three paragraphs of news
OFTEN = 2  #: times that a word of a story stands in an article that is about it further down

Name = TypeVar("Name")


def belongs(words: Watch | None, article: Article) -> bool:
    """Whether an article belongs to the story of these words; every one does to a story without words."""
    return bool(stories_of({0: words}, article))


def stories_of(topics: Mapping[Name, Watch | None], article: Article) -> tuple[Name, ...]:
    """The stories that an article belongs to, in the order of ``topics``; its words are looked up once for all."""
    if all(words is None for words in topics.values()):
        return tuple(topics)
    title, text = stems(article.title or ""), stems(article.text)
    return tuple(name for name, words in topics.items() if words is None or _is_about(words, title, text))


def _is_about(words: Watch, title: Phrase, text: Phrase) -> bool:
    def times(written: str) -> int:
        phrase = stems(written)
        return _times(title, phrase) + _times(text, phrase)

    if not all(map(times, words.must)) or any(map(times, words.must_not)):
        return False
    wanted = [stems(written) for written in words.any_of or words.must]
    return (
        any(_times(title, phrase) or _times(text[:OPENING], phrase) for phrase in wanted)
        or sum(_times(text, phrase) for phrase in wanted) >= OFTEN
    )


def _times(text: Sequence[str], phrase: Phrase) -> int:
    """How often a phrase stands in a text; an empty one never."""
    if not phrase:
        return 0
    return sum(text[at : at + len(phrase)] == phrase for at, word in enumerate(text) if word == phrase[0])
