"""Stories that nobody declared: articles of mixed news fall into their stories, and words are found for each."""

from __future__ import annotations

import dataclasses
import random
from datetime import date, timedelta

import pytest

from bot.digest.clustering import MOST, clusters
from bot.digest.model import Article, ArticleId
from bot.digest.proposing import LEAST, MOST_WORDS, proposals
from bot.digest.topics import belongs
from bot.digest.watched import Watch
from tests.story import article

SUBJECTS = {
    "flood": "river flood water dam levee rescue rain boats Brell evacuated bridge mud sandbags crest",
    "strike": "union strike railway wages drivers Vantia walkout pay talks platform picket train timetable depot",
    "vote": "election ballot candidate votes recount Oster turnout polls winner lead mandate campaign tally rally",
}
EVERYDAY = "people town officials Monday morning report council street local week house family area spokesman".split()
FIRST = date(2025, 6, 3)


def written(subject: str, number: int, chance: random.Random) -> Article:
    """A short article whose words are mostly its subject's."""
    own, sentences = SUBJECTS[subject].split(), []
    for _ in range(6):
        words = chance.sample(own, 5) + chance.sample(EVERYDAY, 4)
        chance.shuffle(words)
        sentences.append(" ".join(words).capitalize() + ".")
    return article(" ".join(sentences), day=FIRST + timedelta(days=number % 5), name=f"{subject}-{number:02}")


def mixture(each: int, *subjects: str) -> list[Article]:
    """Articles of the subjects, in an order that tells nothing."""
    chance = random.Random(5)
    made = [written(subject, number, chance) for subject in subjects for number in range(each)]
    chance.shuffle(made)
    return made


def test_articles_of_mixed_news_fall_into_their_stories() -> None:
    articles = mixture(8, *SUBJECTS)

    found = [{articles[place].id.partition("-")[0] for place in members} for members in clusters(articles)]

    assert sorted(map(sorted, found)) == [["flood"], ["strike"], ["vote"]]


def test_every_article_is_in_one_cluster_and_the_same_articles_give_the_same_clusters() -> None:
    articles = mixture(6, "flood", "vote")

    found = clusters(articles)

    assert sorted(place for members in found for place in members) == list(range(12))
    assert clusters(articles) == found
    assert [len(members) for members in found] == sorted(map(len, found), reverse=True)


def test_articles_without_a_word_in_common_are_no_story() -> None:
    apart = [article(f"{word} " * 20, day=FIRST, name=word) for word in ("alder", "birch", "cedar", "dogwood", "elder")]

    assert clusters(apart) == ((0,), (1,), (2,), (3,), (4,))
    assert clusters([]) == ()
    assert clusters(apart[:1]) == ((0,),)
    assert proposals(apart) == ()


def test_more_articles_than_can_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match=f"at most {MOST}"):
        clusters([article("x", day=FIRST)] * (MOST + 1))


def test_a_proposal_tells_its_articles_and_what_its_words_would_take() -> None:
    articles = mixture(8, *SUBJECTS)

    found = proposals(articles)

    assert {one.articles[0].partition("-")[0] for one in found} == set(SUBJECTS)
    for one in found:
        taken = [each.id for each in articles if belongs(one.words, each)]
        assert sorted(one.taken) == sorted(taken)
        assert one.missed == len(set(one.articles) - set(taken))
        assert one.strangers == len(set(taken) - set(one.articles))
        assert 1 <= len(one.words.any_of) <= MOST_WORDS
        assert (one.missed, one.strangers) == (0, 0)


def test_the_words_of_a_proposal_are_written_as_the_articles_write_them() -> None:
    floods = [article("Floods came to Châlons. Châlons floods.", day=FIRST, name=f"f{n}") for n in range(LEAST)]
    others = [article(f"The vote of {n} was held by all.", day=FIRST, name=f"v{n}") for n in range(LEAST)]

    found = proposals([*floods, *others])

    assert sorted(one.words.any_of for one in found) == [("Châlons",), ("held",)]


def test_the_newest_articles_of_a_proposal_come_first() -> None:
    articles = mixture(8, "flood", "vote")
    days = {each.id: each.published.moment for each in articles}

    for one in proposals(articles):
        assert [days[name] for name in one.articles] == sorted((days[name] for name in one.articles), reverse=True)


def test_what_was_dismissed_is_not_proposed_again_though_another_article_came() -> None:
    articles = mixture(8, *SUBJECTS)
    dismissed = next(one for one in proposals(articles) if one.articles[0].startswith("flood"))
    more = [*articles, dataclasses.replace(written("flood", 1, random.Random(9)), id=ArticleId("flood-new"))]

    found = proposals(more, [dismissed.words])

    assert {one.articles[0].partition("-")[0] for one in found} == {"strike", "vote"}


def test_few_articles_and_those_that_are_nearly_all_there_are_make_no_proposal() -> None:
    assert proposals(mixture(LEAST - 1, *SUBJECTS)) == ()
    assert proposals(mixture(8, "flood")) == ()


def test_a_proposal_is_known_again_by_its_words() -> None:
    articles = mixture(8, *SUBJECTS)

    keys = [one.key for one in proposals(articles)]

    assert keys == [one.key for one in proposals(list(reversed(articles)))]
    assert len(set(keys)) == len(keys)
    assert all(len(key) == 8 for key in keys)
    assert Watch(any_of=("a",)) not in [one.words for one in proposals(articles)]
