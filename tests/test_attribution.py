"""Who is credited with what: sources, cues, contents and comparable parties."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.digest.attribution import attributions, speaker_at
from bot.digest.entities import bodies
from bot.digest.language import load, parse
from bot.digest.model import Article, ArticleId, Attribution, Basis, Published, Span

SPEAKERS = Path(__file__).parent / "gold" / "speakers.toml"
FLOOR = 42  #: of the sentences in ``SPEAKERS``; raise it when sentences are added, never lower it
PUBLISHED = Published(moment=datetime(2023, 5, 4, tzinfo=UTC), basis=Basis.STATED)


def read(text: str) -> tuple[Attribution, ...]:
    parsed = parse(Article(id=ArticleId("a"), text=text, published=PUBLISHED), load())
    return attributions(parsed, *bodies(parsed))


def credited(text: str, words: str) -> tuple[str, str, str | None, tuple[str, ...]] | None:
    """Source, cue, fullest naming and parties of what is said at ``words``."""
    start = text.index(words)
    found = speaker_at(read(text), Span(start=start, end=start + len(words)))
    if found is None:
        return None
    speaker = found.speaker
    named = speaker.named.of(text) if speaker.named else None
    return speaker.span.of(text), speaker.cue.of(text), named, speaker.parties


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (
            "Mayor Aida Tomic said that 340 houses were under water.",
            "340",
            ("Mayor Aida Tomic", "said", None, ("aida tomic",)),
        ),
        (
            "At least 340 houses were under water, the mayor's office said on Sunday.",
            "340",
            ("the mayor's office", "said", None, ("mayor's office",)),
        ),
        (
            "The strike has cost 12 million euros, according to the French Transport Ministry.",
            "12 million",
            ("the French Transport Ministry", "according to", None, ("france: ministry of transport",)),
        ),
        (
            "According to rescuers, 14 miners were still trapped.",
            "14",
            ("rescuers", "According to", None, ("rescuers",)),
        ),
        (
            "The Kenyan army has confirmed reports that 23 peacekeepers were hurt, with six in a serious state.",
            "six",
            ("The Kenyan army", "has confirmed reports", None, ("kenya: military",)),
        ),
        (
            "The deaths of 60 patients have been confirmed by Brazil’s Ministry of Health.",
            "60",
            ("Brazil’s Ministry of Health", "have been confirmed", None, ("brazil: ministry of health",)),
        ),
        (
            "A report by Governor Rosa Díaz, who said through her spokesman that 8,000 people had left, came late.",
            "8,000",
            ("who", "said", "Rosa Díaz", ("rosa diaz",)),
        ),
        (
            "Intelligence services from Poland, the UK and Norway have issued statements saying that 900 drones flew.",
            "900",
            (
                "Intelligence services from Poland, the UK and Norway",
                "have issued statements saying",
                None,
                ("poland: intelligence", "united kingdom: intelligence", "norway: intelligence"),
            ),
        ),
        (
            "Canberra and its ally, New Zealand, have alleged that 70 vessels crossed the line.",
            "70",
            ("Canberra and its ally, New Zealand", "have alleged", None, ("australia", "new zealand")),
        ),
        (
            "The campaign grew with recent reports of dozens of ballots being lost.",
            "dozens",
            ("recent reports", "reports", None, ("recent reports",)),
        ),
        (
            "The union, records show, has 4,500 members.",
            "4,500",
            ("records", "show", None, ("records",)),
        ),
        (
            "As reported by the Daily Courier, 31 schools are closed.",
            "31",
            ("the Daily Courier", "reported", None, ("daily courier",)),
        ),
        (
            "In a survey published on Friday, 58 percent of drivers backed the walkout.",
            "58 percent",
            ("a survey published on Friday", "In", None, ("survey",)),
        ),
        (
            "Analysts believe the party will lose 40 seats.",
            "40",
            ("Analysts", "believe", None, ("analysts",)),
        ),
        (
            "Officials put the number of homeless at 21,000.",
            "21,000",
            ("Officials", "put", None, ("officials",)),
        ),
        (
            "The governor told reporters that doctors said 17 children were ill.",
            "17",
            ("doctors", "said", None, ("doctors",)),
        ),
        (
            "At least 12 people died, state radio quoted the ministry as saying.",
            "12",
            ("the ministry", "saying", None, ("ministry",)),
        ),
        (
            "The raid killed 10, by the army's count.",
            "10",
            ("the army's count", "by", None, ("army",)),
        ),
        (
            "That is a great deal, he said, because wages grew by 9 percent.",
            "9 percent",
            ("he", "said", None, ()),
        ),
        (
            "A study noted that more men work at night than do women: 70 percent like it.",
            "70 percent",
            ("A study", "noted", None, ("study",)),
        ),
        (
            "Carlos Mendez arrived on Monday. He warned that 5,000 jobs would go.",
            "5,000",
            ("He", "warned", "Carlos Mendez", ("carlos mendez",)),
        ),
        (
            "Health Minister Ingrid Holm visited the ward. The minister said 90 beds were free.",
            "90",
            ("The minister", "said", "Ingrid Holm", ("ingrid holm",)),
        ),
    ],
)
def test_a_figure_is_credited_to_its_source(
    text: str, words: str, expected: tuple[str, str, str | None, tuple[str, ...]]
) -> None:
    assert credited(text, words) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The dam broke at noon and 340 houses were flooded.", "340"),
        ("It is believed that 14 miners are trapped.", "14"),
        ("About 600 workers were reportedly dismissed.", "600"),
        ("The state has seen 9,000 people leave since the war began.", "9,000"),
        ("The spokesman declined to comment on the 30 arrests.", "30"),
        ("These developments suggest that 12 more banks may fall.", "12"),
        ("The ministry has not confirmed the deaths of 10 guards.", "10"),
        ("The port reopened, officials said. By Friday 80 ships had left.", "80"),
        ("The ministry said the road was closed, as 200 trucks waited at the border.", "200"),
    ],
)
def test_the_articles_own_voice_has_no_speaker(text: str, words: str) -> None:
    assert credited(text, words) is None


QUOTATIONS = [
    (
        '"We have lost 40 boats," said Mika Laine, who heads the co-op. "Another 12 are missing.”',
        "12",
        "Mika Laine",
    ),
    ('“We have lost 40 boats," Mika Laine said. Another 12 are missing.”', "40", "Mika Laine"),
    ("''We have lost 40 boats,'' Mika Laine said.", "40", "Mika Laine"),
    ("Mika Laine was angry. “We have lost 40 boats.”", "40", "Mika Laine"),
    ("“We have lost 40 boats,” Mika Laine said.\n“We will not get the 12 others back.”", "12", "Mika Laine"),
    ("Mika Laine said: “We have lost 40 boats.\n“We will not get the 12 others back.”", "12", "Mika Laine"),
    ("It was a bad night for 40 of us. We have lost the boats,” Mika Laine said.", "40", "Mika Laine"),
    ("“They say we lost 40 boats,” Mika Laine said.", "40", "Mika Laine"),
    ("Mika Laine wrote on the web page:\nWe have lost 40 boats in one night.", "40", "Mika Laine"),
]


@pytest.mark.parametrize(("text", "words", "speaker"), QUOTATIONS)
def test_a_quotation_keeps_its_speaker_sentences_away(text: str, words: str, speaker: str) -> None:
    found = credited(text, words)

    assert found is not None
    assert found[0].split(",")[0] == speaker


SEEDS = [
    (
        "000",
        "approximately 11,000",
        ("south korea: intelligence", "ukraine: intelligence", "united states: intelligence"),
    ),
    ("000", "an estimated 50,000", ("volodymyr zelenskyy",)),
    ("001", "around 10,000", ("antony blinken",)),
    ("001", "8,000 of them", ("antony blinken",)),
    ("001", "around 11,000", ("volodymyr zelenskyy",)),
    ("001", "10,000 North Korean troops", ("south korea: ministry of defense",)),
    ("001", "a significant number of them", ("south korea: ministry of defense",)),
    ("002", "around 10,000", ("south korea: intelligence", "ukraine: intelligence", "united states: intelligence")),
    ("002", "thousands of troops", None),
    ("002", "thousands of soldiers", ("south korea", "united states")),
    ("002", "thousands of North Korean troops", ("recent reports",)),
    ("003", "nearly 50,000", ("volodymyr zelensky",)),
    ("003", "Trump’s quick appointments", ("hong min",)),
    ("003", "For Russia, the treaty ratification", ("hong min",)),
    ("003", "We should continue to engage China", ("south korea: ministry of foreign affairs",)),
    ("004", "around 11,000", ("volodymyr zelenskyy",)),
    ("004", "approximately 10,000", ("south korea: ministry of defense",)),
    ("004", "some of whom", ("south korea: ministry of defense",)),
]


@pytest.mark.parametrize(("prefix", "words", "expected"), SEEDS)
def test_the_seeds_figures_and_quotations_have_the_speakers_a_reader_finds(
    prefix: str, words: str, expected: tuple[str, ...] | None
) -> None:
    (path,) = (Path(__file__).parents[1] / "seeds").glob(f"{prefix}_*.txt")

    found = credited(path.read_text(encoding="utf-8"), words)

    assert (found and tuple(sorted(found[3]))) == expected


def test_a_quotation_is_direct_and_a_report_is_not() -> None:
    text = 'Ana Ruiz said the pay rose by 3 percent. "We wanted 5 percent," Ana Ruiz said.'

    assert [one.direct for one in read(text)] == [False, True]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("South Korea’s Ministry of Defence said 10 ships left.", "South Korea's Defense Ministry said 10 ships left."),
        (
            "Intelligence agencies of Chad, Mali and Niger say 10 ships left.",
            "Intelligence reports from Mali, Niger and Chad suggest 10 ships left.",
        ),
        ("London said 10 ships left.", "The British government said 10 ships left."),
        ("A Chilean foreign ministry official said 10 ships left.", "Chile's Foreign Ministry said 10 ships left."),
    ],
)
def test_the_same_source_has_the_same_parties_however_it_is_worded(one: str, other: str) -> None:
    assert {*parties(one)} == {*parties(other)}


def parties(text: str) -> tuple[str, ...]:
    (found,) = read(text)
    return found.speaker.parties


def test_the_innermost_of_nested_speakers_is_credited_and_the_outer_one_elsewhere() -> None:
    text = "Police said the driver told them that he had taken 6 pills and that the road was wet."

    assert [credited(text, "6 pills"), credited(text, "the driver told")] == [
        ("the driver", "told", None, ("driver",)),
        ("Police", "said", None, ("police",)),
    ]


def test_a_quotation_is_not_given_to_whoever_speaks_in_the_next_sentence() -> None:
    text = "Mika Laine was angry. “We have lost 40 boats.” Ana Ruiz said that 9 ports would close."

    assert [credited(text, words) for words in ("40 boats", "9 ports")] == [
        ("Mika Laine", "was", None, ("mika laine",)),
        ("Ana Ruiz", "said", None, ("ana ruiz",)),
    ]


def test_contents_lie_in_the_article_and_hold_no_cue() -> None:
    text = (
        "The bridge fell, the police said, killing 4. “It shook,” Lena Roth said. “I ran.”\n"
        "According to the mayor, 2 more are missing, but witnesses said 9."
    )

    for found in read(text):
        for content in found.content:
            assert content.end <= len(text)
            assert not content.meets(found.speaker.cue)


def test_as_many_speakers_of_figures_are_right_as_ever() -> None:
    said = tomllib.loads(SPEAKERS.read_text(encoding="utf-8"))["said"]

    got = [credited(one["text"], one["number"]) for one in said]
    wrong = [
        (one["text"], one["speaker"], found)
        for one, found in zip(said, got, strict=True)
        if (found[0] if found is not None else "") != one["speaker"]
    ]
    assert len(said) - len(wrong) >= FLOOR, wrong
