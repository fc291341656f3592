"""The summary's lines: what the articles share, once, in sentences that stand alone."""

from __future__ import annotations

import json
from datetime import date

import pytest

from benchmarks import summary as benchmark
from bot.digest.lines import candidate
from bot.digest.standing import standing
from bot.digest.summary import CANDIDATES, LINES, Candidate, choose, shortlist
from bot.digest.terms import words
from tests.story import ROOT, article, digest_of, seed_digest, sids
from tests.story import words as quoted

DAY = date(2023, 5, 17)


def chosen(*articles: list[str], count: int = LINES) -> list[str]:
    """The sentences chosen out of articles given as sentences."""
    candidates = [
        candidate(sentence, article=number, position=position)
        for number, sentences in enumerate(articles)
        for position, sentence in enumerate(sentences)
    ]
    flat = [sentence for sentences in articles for sentence in sentences]
    return [flat[index] for index in choose(candidates, count)]


def test_what_every_article_tells_comes_before_what_one_tells():
    told_by_all = "The Arno river flooded the old town of Pisa on Tuesday."
    articles = [
        ["A baker in Livorno sold bread from a boat all morning long.", told_by_all],
        ["Firemen reached the flooded old town of Pisa, where the Arno river rose on Tuesday."],
        ["Schools in Pisa stay closed after the Arno river flooded streets of the town on Tuesday."],
    ]

    first = chosen(*articles, count=1)

    assert first != [articles[0][0]]
    assert "Arno" in first[0]


def test_no_two_lines_say_the_same():
    articles = [
        ["Teachers in Lisbon went on strike over pay on Monday.", "Ferries across the Tagus were cancelled."],
        ["Teachers in Lisbon were on strike over pay on Monday.", "Ferries across the Tagus were cancelled."],
    ]

    lines = chosen(*articles, count=2)

    assert [("Teachers" in line, "Ferries" in line) for line in lines] == [(True, False), (False, True)]


def test_copies_of_one_article_count_as_one():
    strike, flood = "Dockers in Durban began a strike.", "Floods near Pretoria closed a highway."

    def first(origins: list[int]) -> str:
        told = [strike, strike, strike, flood, flood]
        candidates = [candidate(text, article=origin, position=0) for text, origin in zip(told, origins, strict=True)]
        return told[choose(candidates, 1)[0]]

    assert (first([0, 1, 2, 3, 4]), first([0, 0, 0, 3, 4])) == (strike, flood)


def test_a_penalty_of_one_keeps_a_sentence_out():
    shut = Candidate(article=0, position=0, terms=words("Voters in Quito elected a mayor"), words=6, penalty=1.0)
    open_ = Candidate(article=0, position=1, terms=words("Counting lasted until dawn"), words=4)

    assert choose([shut, open_]) == [1]


def test_no_candidates_no_lines():
    assert choose([]) == []
    assert choose([candidate("It was.", article=0, position=0)]) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "He told the court that the vote had been bought.",
        "This came a week after the dam burst.",
        "However, they did not reach the valley.",
        "The latter has been closed since March.",
        "In that case the ferries will stop.",
        "Both have refused to pay.",
        "We have never seen so many fires at once.",
        "Who will pay for the bridge?",
        '"Nobody warned the fishermen."',
        "“Nobody warned the fishermen.”",
        '"Nobody warned the fishermen, and nobody came for days.',
        "Villagers carry sandbags along the embankment. (AP)",
        "May 8: A diver inspects the hull in the port of Vigo.",
        "Ltd.) said on Monday that the mine would close.",
        "makes a statement in Nairobi on the annulled election.",
        "Read more about the vote in our guide.",
        "The verdict underscores how deep the divide is.",
    ],
)
def test_a_sentence_that_needs_another_is_held_back(sentence: str):
    assert standing(sentence).penalty > 0


@pytest.mark.parametrize(
    "sentence",
    [
        "The Supreme Court of Kenya annulled the election on Friday.",
        "Both Kenya and Uganda closed the crossing at Busia.",
        '"Nobody warned the fishermen," said Aiko Tanaka, the mayor of Otsuchi.',
        "Nurses in Leeds voted to strike for a second week.",
        "Rescuers pulled 14 miners out of a flooded shaft near Zonguldak.",
    ],
)
def test_a_sentence_that_stands_alone_is_not(sentence: str):
    assert (standing(sentence).penalty, standing(sentence).takes_as_known) == (0.0, None)


def test_what_follows_a_connective_may_lean_too():
    tied, leaning = "However, ferries never reached Bute.", "However, they never reached Bute."

    assert 0 < standing(tied).penalty < standing(leaning).penalty


def test_a_quotation_whose_speaker_is_printed_with_it_may_stand():
    words_only = "“Nobody warned the fishermen.”"

    assert standing(words_only, speaker_known=True).penalty < standing(words_only).penalty


def test_the_decree_waits_for_a_line_that_tells_of_a_decree():
    follows = "The decree, printed on Friday, doubles quotas for trawlers of Vigo."
    protest = "Crowds in Vigo burned nets at the harbour gates."
    issued = "Spain issued a decree on fishing in Galician waters."

    assert chosen([follows], [protest], count=1) == [protest]
    assert chosen([issued], [issued], [follows], [protest], count=2) == [issued, follows]


def test_a_story_of_thousands_of_articles_weighs_no_more_sentences_than_stated():
    long_story = shortlist([25] * 3_000)

    assert len(long_story) <= CANDIDATES
    assert {number for number, _ in long_story} == set(range(3_000))
    assert {position for _, position in long_story} == {0}


def test_of_more_articles_than_can_be_weighed_the_newest_are():
    assert shortlist([3] * (CANDIDATES + 2)) == [(number, 0) for number in range(2, CANDIDATES + 2)]


def test_a_short_story_is_weighed_whole():
    assert shortlist([2, 0, 1]) == [(0, 0), (0, 1), (2, 0)]


def test_the_digest_of_a_flood_opens_with_what_happened():
    first = article(
        "It began before dawn. Floods killed nine people in the valley of Ahr after the river burst its banks. "
        "“We lost everything,” one woman said.",
        day=DAY,
        name="a",
        publisher="Rhein Post",
    )
    second = article(
        "This is what we know. The river Ahr burst its banks and floods killed nine people, officials said. "
        "They had warned of rain for days.",
        day=DAY,
        name="b",
        publisher="Eifel Bote",
    )

    digest = digest_of(first, second)
    opening = digest.summary[0]

    assert "nine people" in (quoted(digest, opening.citation, opening.pieces[0]) or "")


def test_outlets_of_one_publisher_speak_once():
    strike = "Dockers in Durban began a strike over wages."
    flood = "Floods near Pretoria closed a highway and a mine."

    def opening(*publishers: str) -> str:
        told = [strike, strike.replace("began", "start"), strike.replace("over", "about"), flood, flood]
        digest = digest_of(
            *(
                article(text, day=DAY, name=str(number), publisher=publisher)
                for number, (text, publisher) in enumerate(zip(told, publishers, strict=True))
            )
        )
        line = digest.summary[0]
        return quoted(digest, line.citation, line.pieces[0]) or ""

    assert "Dockers" in opening("A", "B", "C", "D", "E")
    assert "Floods" in opening("A", "A", "A", "D", "E")


def test_eight_lines_of_the_seeds_hold_nine_of_the_twelve_points():
    gold = json.loads((ROOT / "tests" / "gold" / "seeds.json").read_text(encoding="utf-8"))

    cited = set(sids(seed_digest(), gold["sentences"], [line.citation for line in seed_digest().summary]))
    covered = {point["rank"] for point in gold["summary_points"] if cited & set(point["sids"])}

    assert len(seed_digest().summary) == LINES
    assert len(covered & {1, 2, 3, 4, 5}) >= 4
    assert len(covered) >= 9


def test_the_benchmark_reads_no_reference(tmp_path):
    day = {"id": "t/1", "articles": [{"id": "x", "sents": ["Nurses in Leeds went on strike.", "It rained."]}]}
    answers = []
    for references in ([], [["It rained."]]):
        (tmp_path / "daily.jsonl").write_text(json.dumps(day | {"refs": references}) + "\n", encoding="utf-8")
        assert benchmark.main([str(tmp_path), str(tmp_path / "out.json")]) == 0
        answers.append(json.loads((tmp_path / "out.json").read_text(encoding="utf-8")))

    assert answers == [{"t/1": [[0, 0], [0, 1]]}] * 2
