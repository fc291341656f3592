"""Stories: which articles are theirs, and how they are declared."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from bot import settings
from bot.app import all_stories
from bot.desk.declaring import declared_stories, followed
from bot.digest.model import Article
from bot.digest.topics import OPENING, belongs, stories_of
from bot.digest.watched import Watch
from bot.errors import ConfigurationError
from bot.settings import Settings
from bot.stories import EVERYTHING, StoryName, StoryTopic
from tests.story import article

FILLING = "Nothing else happened in the town on that long day. " * OPENING


def told(text: str, title: str | None = None) -> Article:
    return dataclasses.replace(article(text, day=date(2025, 6, 3)), title=title)


FLOOD = Watch(any_of=("flood", "river Brell"), must_not=("football",))


@pytest.mark.parametrize(
    ("written", "is_its_own"),
    [
        (told("The council met.", title="Floods in Oster"), True),
        (told("A flooded road was closed."), True),
        (told("The RIVER BRELL rose by a metre."), True),
        (told("A river rose; Brell is a town."), False),
        (told(f"The council met. {FILLING} It spoke of a flood."), False),
        (told(f"The council met. {FILLING} It spoke of a flood. The river Brell is high."), True),
        (told(f"A flood. {FILLING} The football match was put off."), False),
        (told("The council met.", title="Football under flood lights"), False),
    ],
)
def test_an_article_belongs_to_a_story_that_it_is_about(written: Article, is_its_own: bool) -> None:
    assert belongs(FLOOD, written) == is_its_own


def test_every_word_that_a_story_must_have_may_stand_anywhere_but_one_of_its_plain_words_must_be_prominent() -> None:
    words = Watch(any_of=("strike",), must=("railway", "Oster"))

    assert belongs(words, told(f"A strike began. {FILLING} The railway of Oster stands still."))
    assert not belongs(words, told(f"A strike began. {FILLING} The railway stands still."))
    assert not belongs(words, told(f"The railway of Oster stands still. {FILLING} It is a strike."))


def test_a_story_of_musts_alone_has_the_articles_that_are_about_one_of_them() -> None:
    words = Watch(must=("railway", "strike"))

    assert belongs(words, told(f"The railway stands still. {FILLING} It is a strike."))
    assert belongs(words, told(f"The council met. {FILLING} The railway stands still for a strike."))
    assert not belongs(words, told(f"The council met. {FILLING} The railways met. They spoke of trains."))
    assert not belongs(words, told("The railway stands still."))


def test_an_article_may_belong_to_several_stories_and_every_article_to_one_without_words() -> None:
    topics = {"flood": Watch(any_of=("flood",)), "all": None, "strike": Watch(any_of=("strike",))}

    assert stories_of(topics, told("A strike of the firemen in the flood.")) == ("flood", "all", "strike")
    assert stories_of(topics, told("The council met.")) == ("all",)


def test_stories_are_declared_by_words_in_the_order_of_the_file() -> None:
    tables = {
        "flood": {"title": "The flood", "any": ["flood", "river Brell", "flood"], "must_not": ["football"]},
        "rail": {"must": "railway"},
    }

    assert declared_stories(tables, "f.toml") == (
        (
            StoryTopic(name=StoryName("flood"), title="The flood", words=FLOOD),
            StoryTopic(name=StoryName("rail"), title="rail", words=Watch(must=("railway",))),
        ),
        (),
    )


@pytest.mark.parametrize(
    ("name", "table", "problem"),
    [
        ("The Flood", {"any": ["flood"]}, "f.toml: [stories.The Flood]: expected a name of 1 to 24 of a-z, 0-9 and -"),
        ("flood", {}, "f.toml: [stories.flood]: expected words in any or must, got 'nothing'"),
        ("flood", {"any": []}, "f.toml: [stories.flood]: expected words in any or must, got 'any'"),
        ("flood", {"any": ["flood"], "titel": "x"}, "got 'titel'. Did you mean title?"),
        ("flood", {"any": ["flood", "!"]}, "f.toml: [stories.flood] any: expected a word or phrase with letters"),
        ("flood", {"any": ["flood"], "must": 7}, "f.toml: [stories.flood] must: expected a list of words"),
        ("flood", {"any": ["flood"], "title": "x" * 61}, "f.toml: [stories.flood] title: expected a line of 1 to 60"),
        ("flood", "words", "f.toml: [stories.flood]: expected a table with title and any, got 'words'"),
    ],
)
def test_a_declaration_that_does_not_hold_is_named_with_what_was_expected(
    name: str, table: object, problem: str
) -> None:
    _, problems = declared_stories({name: table}, "f.toml")

    assert len(problems) == 1
    assert problem in str(problems[0]), problems


def test_without_any_declaration_every_article_is_of_one_story() -> None:
    mine = StoryTopic(name=StoryName("flood"), title="Mine", words=FLOOD, by_operator=True)
    theirs = StoryTopic(name=StoryName("flood"), title="The flood", words=FLOOD)
    other = dataclasses.replace(mine, name=StoryName("other"))

    assert followed(()) == (EVERYTHING,)
    assert followed((), (mine,)) == (EVERYTHING, mine)
    assert followed((theirs,), (mine, other)) == (theirs, other)


def test_settings_declare_stories_and_every_problem_is_told_at_once() -> None:
    chosen = Settings(stories={"flood": {"any": ["flood"]}})
    broken = Settings(stories={"flood": {}, "Fire": {"any": "fire"}})

    assert [topic.name for topic in all_stories(chosen)] == ["flood"]
    with pytest.raises(ConfigurationError) as refusal:
        all_stories(broken)
    assert [problem.where for problem in refusal.value.problems] == [
        f"{settings.FILE}: [stories.flood]",
        f"{settings.FILE}: [stories.Fire]",
    ]
