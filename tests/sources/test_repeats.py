"""Articles that repeat others: copies, cuts, versions and what changed; families; languages."""

from __future__ import annotations

import pytest

from bot.digest.model import Article, ArticleId, Basis, Change, Published
from bot.digest.revisions import MOST_COMPARED, changed
from bot.sources.duplicates import Duplicates, Likeness, Repeat
from bot.sources.families import read_families, shipped_families
from bot.sources.language import foreign, name_of
from tests.sources.misbehaving import NOW

STORY = " ".join(
    f"On day {number} the engineers measured the water at gate {number * 7} and wrote that the {word} wall had moved "
    f"by {number + 2} millimetres, which nobody in the valley town had expected."
    for number, word in enumerate("north south east west upper lower inner outer first second third fourth".split())
)
OTHER = " ".join(
    f"Voters queued before school {number} from six in the morning and the {word} party said that all its "
    f"observers were let in."
    for number, word in enumerate("green blue red yellow white orange purple".split())
)


def article(name: str, text: str, publisher: str | None = None, url: str | None = None) -> Article:
    return Article(
        id=ArticleId(name),
        text=text,
        published=Published(moment=NOW, basis=Basis.STATED),
        publisher=publisher,
        url=url,
    )


def after_story(*, publisher: str | None = "The Gazette", url: str | None = None) -> Duplicates:
    seen = Duplicates(families=shipped_families())
    assert seen.add(article("first", STORY, publisher, url)) is None
    return seen


def likeness(repeat: Repeat | None) -> Likeness | None:
    return repeat.likeness if repeat else None


def test_the_same_words_are_the_same_article_whatever_their_dress() -> None:
    repeat = after_story().add(article("b", STORY.upper().replace(" ", "\n"), "The Herald"))

    assert repeat == Repeat(of=ArticleId("first"), likeness=Likeness.SAME, shared=1.0)


def test_a_copy_with_another_head_and_foot_is_a_copy() -> None:
    text = f"VALLEY (Wire) — {STORY.replace('millimetres', 'mm', 1)} Read our terms of use. All rights reserved."

    repeat = after_story().add(article("b", text, "The Herald"))

    assert (likeness(repeat), repeat.of if repeat else None) == (Likeness.COPY, "first")


def test_a_wire_text_that_a_paper_cut_is_a_cut() -> None:
    assert likeness(after_story().add(article("b", STORY[: len(STORY) // 2], "The Herald"))) is Likeness.CUT


def test_two_articles_on_one_thing_are_no_repeats() -> None:
    seen = after_story()

    assert seen.add(article("b", OTHER, "The Herald")) is None
    assert seen.add(article("c", OTHER[:200] + STORY[:150], "The Herald")) is None


def test_near_the_same_text_by_the_same_publisher_is_its_next_version() -> None:
    text = STORY.replace("by 5 millimetres", "by 9 millimetres") + " The mayor spoke of luck."

    assert likeness(after_story().add(article("b", text, "the gazette"))) is Likeness.VERSION


def test_papers_of_one_owner_are_one_publisher() -> None:
    seen = after_story(publisher="Daily Mirror")

    assert likeness(seen.find(article("b", STORY + " More soon.", "Daily Express"))) is Likeness.VERSION
    assert likeness(seen.find(article("b", STORY + " More.", "Express - World", "https://www.express.co.uk/x"))) is (
        Likeness.VERSION
    )
    assert likeness(seen.find(article("b", STORY + " More soon.", "The Herald"))) is Likeness.COPY


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        ("https://g.example/live?utm_source=x", STORY[: len(STORY) // 2] + OTHER, Likeness.VERSION),
        ("https://g.example/live", OTHER, None),
        ("https://g.example/other", OTHER, None),
    ],
)
def test_what_stands_at_the_same_address_is_a_version_while_it_is_the_same_story(
    url: str, text: str, expected: Likeness | None
) -> None:
    seen = after_story(url="https://g.example/live#top")

    assert likeness(seen.add(article("b", text, "The Gazette", url))) is expected


def test_an_article_of_the_same_id_is_a_version_and_takes_its_place() -> None:
    seen = after_story()

    assert likeness(seen.add(article("first", OTHER, "The Gazette"))) is Likeness.VERSION
    assert seen.find(article("b", STORY, "The Herald")) is None
    assert likeness(seen.find(article("c", OTHER, "The Herald"))) is Likeness.SAME


def test_what_was_forgotten_is_not_repeated() -> None:
    seen = after_story()
    seen.forget(ArticleId("first"))
    seen.forget(ArticleId("never"))

    assert seen.find(article("b", STORY)) is None


@pytest.mark.parametrize("text", ["", "x", "The river rose.", "한국", "\ud800", "." * 1000])
def test_short_and_odd_texts_are_compared_too(text: str) -> None:
    seen = Duplicates()

    assert seen.add(article("a", text)) is None
    assert likeness(seen.add(article("b", text))) is Likeness.SAME


def test_what_a_new_version_says_is_known() -> None:
    before = ["At least 12 people died.", "The road to the dam is closed.", "Mr. Hale spoke.", "It rained."]
    after = ["At least 14 people died.", "It rained.", "Mr. Hale spoke.", "The governor flew in from the capital."]

    assert changed(before, after) == (
        Change(before="At least 12 people died.", after="At least 14 people died."),
        Change(before="The road to the dam is closed."),
        Change(after="The governor flew in from the capital."),
    )


def test_an_unchanged_or_reordered_version_says_nothing_new() -> None:
    told = [f"{sentence}." for sentence in STORY.split(". ")]

    assert changed(told, told) == ()
    assert changed(told, [sentence.replace(" ", "  ") for sentence in reversed(told)]) == ()


def test_a_sentence_is_not_called_gone_because_the_article_grew_long_before_it() -> None:
    before = [f"Gate {number} is shut." for number in range(MOST_COMPARED)]

    assert changed(before, ["It rained.", *before]) == (Change(after="It rained."),)


def test_the_shipped_families_hold() -> None:
    assert shipped_families().problems == ()


@pytest.mark.parametrize(
    ("publisher", "url", "family"),
    [
        ("the guardian", None, "Guardian Media Group"),
        ("Guardian", None, "Guardian Media Group"),
        (None, "https://edition.cnn.com/x", "CNN"),
        ("Some Paper", "https://www.reuters.com/x", "Reuters"),
        (None, "https://notcnn.com/x", None),
        ("Some Paper", None, None),
        (None, None, None),
    ],
)
def test_a_publisher_is_found_by_name_or_host(publisher: str | None, url: str | None, family: str | None) -> None:
    assert shipped_families().of(publisher, url) == family


@pytest.mark.parametrize(
    ("text", "byline", "agency"),
    [
        ("PARIS (Reuters) - The river rose.", None, "Reuters"),
        ("BRELL, June 4 (Xinhua) -- The river rose.", None, "Xinhua"),
        ("BRELL — (AP) The river rose.", None, "Associated Press"),
        ("The river rose.", "Ann Lee and AFP", "Agence France-Presse"),
        ("The river rose.", "Ann Lee, The Associated Press", "Associated Press"),
        ("The river rose.\n\nSource: AFP", None, "Agence France-Presse"),
        ("The river rose. © 2025 AFP", None, "Agence France-Presse"),
        ("The river rose, Reuters reported on Tuesday.", None, None),
        ("The river rose (much) - and fell.", "Ann Lee", None),
        ("x" * 1000 + "(Reuters)" + "x" * 1000, None, None),
    ],
)
def test_an_agency_is_known_by_its_credit(text: str, byline: str | None, agency: str | None) -> None:
    assert shipped_families().wire(text, byline) == agency


def test_broken_families_are_named_and_the_rest_holds() -> None:
    families = read_families(
        'odd = 1\n[A]\nnames = ["One", "Two"]\nhosts = 5\n[B]\nnames = ["one"]\nwire = "yes"\n', "f.toml"
    )

    assert families.of("ONE") == "A"
    assert [problem.where for problem in families.problems] == [
        "f.toml: odd",
        "f.toml: [A] hosts",
        "f.toml: [B] names",
        "f.toml: [B] wire",
    ]
    assert len(read_families("[", "f.toml").problems) == 1


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Fluss stieg am Dienstag um zwei Meter, sagte der Bürgermeister, und etwa dreihundert Menschen mussten "
         "die Häuser in der Altstadt verlassen, während die Feuerwehr Sandsäcke brachte.", "German"),
        ("La rivière est montée de deux mètres mardi, a déclaré le maire, et environ trois cents personnes ont dû "
         "quitter leurs maisons dans la vieille ville, tandis que les pompiers apportaient du sable.", "French"),
        ("Река поднялась на два метра, сообщил мэр города во вторник.", "Russian"),
        ("洪水", "Chinese"),
        ("", None),
        ("12 345 + 6 = ?", None),
        ("Hochwasser!", None),
        ("The river rose.", None),
        (STORY, None),
        ("The mayor said „Wir schaffen das“ and then, in the old town, „Der Fluss steigt weiter“, before he left for "
         "the capital with two of his advisers on Tuesday evening.", None),
    ],
)  # fmt: skip
def test_english_is_told_from_other_languages(text: str, language: str | None) -> None:
    assert foreign(text) == language


def test_languages_have_names() -> None:
    assert [name_of(code) for code in ("de", "pt-BR", "ZH_tw", "tlh")] == ["German", "Portuguese", "Chinese", "tlh"]
