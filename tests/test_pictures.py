"""Pictures: what is drawn is what the digest says, and every word of it can be read."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from PIL import Image

from bot.chats import Theme
from bot.digest.model import Comparator, Digest, FindingKind
from bot.drawing import fonts
from bot.drawing.layout import laid_out
from bot.drawing.painting import painted
from bot.drawing.paper import PAPERS
from bot.drawing.sheet import Box
from bot.render.answer import caption
from bot.render.check import problems
from bot.render.layout import units
from bot.render.message import CAPTION_LIMIT
from bot.render.pictures.choosing import picture_of
from bot.render.pictures.figures import MOST_BELOW_A_COURSE, MOST_CLAIMS
from bot.render.pictures.scales import day_scale, number_scale, short
from bot.render.pictures.values import Meaning, Open, Picture, Row
from tests.story import article, digest_of, seed_digest, shipped_trackers

DAY = date(2024, 3, 1)
SPEAKERS = (
    "General Anna Holt",
    "The International Observation Mission for the Northern Coastal Districts and Islands",
    "Colonel Petrov",
    "Norwegian intelligence",
)
PLACES = ("Oslo", "the northern port of Harstad", "Narvik")
NUMBERS = ("8", "more than 40", "up to 1,200", "about 8,000", "between 9,000 and 12,500", "250,000", "1,000,000")


@cache
def told(claims: int, articles: int = 1) -> Digest:
    """A story with so many claims, of all sizes."""
    sentences = [
        f"{SPEAKERS[number % len(SPEAKERS)]} said that {NUMBERS[number % len(NUMBERS)]} soldiers were stationed in "
        f"{PLACES[number % len(PLACES)]}."
        for number in range(claims)
    ]
    each = claims // articles
    return digest_of(
        *(
            article(
                "\n\n".join(sentences[start * each : (start + 1) * each]),
                day=DAY + timedelta(days=start),
                name=f"n{start}",
                publisher=f"Paper {start}",
            )
            for start in range(articles)
        )
    )


@cache
def changing() -> Digest:
    """A story in which two speakers correct their numbers from day to day."""
    return digest_of(
        *(
            article(
                f"General Anna Holt said that {one} soldiers were stationed in Oslo. "
                f"Colonel Petrov said that {other} soldiers were stationed in Oslo.",
                day=DAY + timedelta(days=3 * number),
                name=f"c{number}",
                publisher=f"Paper {number}",
            )
            for number, (one, other) in enumerate([("4,000", "9,000"), ("5,500", "9,000"), ("12,000", "7,000")])
        )
    )


def troops(digest: Digest) -> Picture:
    """The picture of /troops."""
    picture = picture_of(digest, "troops", shipped_trackers())
    assert picture is not None
    return picture


def timeline(digest: Digest) -> Picture:
    """The picture of /timeline."""
    picture = picture_of(digest, "timeline", shipped_trackers())
    assert picture is not None
    return picture


def rows(picture: Picture) -> list[Row]:
    """All that is drawn."""
    return [row for group in picture.groups for row in group.rows]


def one_line(text: str) -> str:
    return text.replace("\n", " ")


STORIES: dict[str, Callable[[], Digest]] = {
    "seeds": seed_digest,
    "one": lambda: told(1),
    "five": lambda: told(5),
    "forty": lambda: told(40, 5),
    "two hundred": lambda: told(200, 10),
    "changing": changing,
}


@pytest.mark.parametrize("name", STORIES)
def test_every_mark_is_a_claim_of_the_story_in_its_own_words(name: str) -> None:
    digest = STORIES[name]()

    drawn = rows(troops(digest))

    assert drawn
    for row in drawn:
        claim = digest.claims[row.index]
        text = one_line(digest.sources[claim.citation.source - 1].article.text)
        assert row.mark is not None
        assert row.sources == (claim.citation.source,)
        assert row.lead.removesuffix(" …") in one_line(
            claim.citation.sentence.of(digest.sources[row.sources[0] - 1].article.text)
        )
        assert one_line(claim.figure.surface.of(digest.sources[row.sources[0] - 1].article.text)) in row.lead
        assert row.words.removesuffix(" …").rsplit(" ", 1)[0] in text
        assert claim.figure.comparator is not Comparator.VAGUE


@pytest.mark.parametrize("name", ["seeds", "forty", "two hundred"])
def test_marks_stand_in_the_order_of_their_numbers(name: str) -> None:
    digest = STORIES[name]()

    marks = {
        digest.claims[row.index].figure.low or digest.claims[row.index].figure.high: row.mark
        for row in rows(troops(digest))
    }

    assert [mark.first for _, mark in sorted(marks.items()) if mark] == sorted(
        mark.first for mark in marks.values() if mark
    )
    assert len({mark.first for mark in marks.values() if mark}) == len(marks)


@pytest.mark.parametrize("name", STORIES)
def test_a_mark_has_the_colour_of_what_was_found(name: str) -> None:
    digest = STORIES[name]()
    conflicts = {index for found in digest.findings if found.kind.is_conflict for index in found.claims}
    alike = (FindingKind.SAME_NUMBER, FindingKind.COMPOSITION, FindingKind.HEDGE)
    agreements = {index for found in digest.findings if found.kind in alike for index in found.claims}

    found = {row.index: row.mark.meaning for row in rows(troops(digest)) if row.mark}

    assert {index for index, meaning in found.items() if meaning in (Meaning.CONFLICT, Meaning.BOTH)} == {
        *found
    } & conflicts
    assert {index for index, meaning in found.items() if meaning in (Meaning.AGREED, Meaning.BOTH)} == {
        *found
    } & agreements
    assert (
        len(
            {PAPERS[theme].marks[Meaning.CONFLICT] for theme in Theme}
            & {PAPERS[theme].marks[Meaning.AGREED] for theme in Theme}
        )
        == 0
    )


def test_a_number_open_on_one_side_points_there_and_a_range_is_a_bar() -> None:
    found = {row.lead: row.mark for row in rows(troops(told(7)))}

    assert {lead: mark.open for lead, mark in found.items() if mark and mark.open} == {
        "more than 40 soldiers": Open.ABOVE,
        "up to 1,200 soldiers": Open.BELOW,
    }
    assert [lead for lead, mark in found.items() if mark and mark.first < mark.last] == ["between 9,000 and 12,500"]


def test_a_vague_quantity_is_listed_and_not_drawn() -> None:
    picture = troops(
        digest_of(
            article(
                "General Holt said that 3,000 soldiers were stationed in Oslo. "
                "Colonel Petrov said that thousands of soldiers were stationed in Oslo.",
                day=DAY,
            )
        )
    )

    assert [row.lead for row in rows(picture)] == ["3,000 soldiers"]
    assert [row.words for row in picture.listed] == ["“thousands of soldiers” Colonel Petrov said"]


def test_numbers_of_very_different_sizes_share_an_axis_that_says_it_is_logarithmic() -> None:
    wide, narrow = troops(told(7)), troops(told(1))

    assert [tick.label for tick in wide.axis.ticks] == ["1", "100", "10,000", "1 M"]
    assert any("Logarithmic" in note for note in wide.notes)
    assert narrow.axis.ticks[0].label == "0"
    assert not any("Logarithmic" in note for note in narrow.notes)


@pytest.mark.parametrize("numbers", [[0], [0, 8, 1_000_000], [3], [8, 1_000_000], [0.5, 2.5], [1e13], [10_000, 11_000]])
def test_every_number_has_its_place_on_the_axis(numbers: list[float]) -> None:
    scale = number_scale(numbers)

    places = [scale.place(number) for number in numbers]

    assert places == sorted(places)
    assert all(0 <= place <= 1 for place in places)
    assert len(set(places)) == len(places)
    assert all(0 <= tick.at <= 1 for tick in scale.axis.ticks)


@pytest.mark.parametrize(("number", "label"), [(0, "0"), (20_000, "20,000"), (2_500_000, "2.5 M"), (3e9, "3 bn")])
def test_an_axis_is_labelled_in_round_numbers(number: float, label: str) -> None:
    assert short(number) == label


def test_a_long_gap_is_left_out_of_the_axis_of_days_and_the_order_stays() -> None:
    days = [date(1950, 6, 25), date(2024, 11, 4), date(2024, 11, 6), date(2024, 11, 12)]

    scale = day_scale([(day, day) for day in days])

    places = [scale.begins(day) for day in days]
    assert len(scale.axis.breaks) == 1
    assert places == sorted(set(places))
    assert places[0] < scale.axis.breaks[0] < places[1]
    assert places[3] - places[1] > 0.5


def test_what_is_left_out_of_a_picture_is_counted() -> None:
    digest = told(200, 10)

    picture = troops(digest)

    assert len(rows(picture)) in (MOST_CLAIMS, MOST_BELOW_A_COURSE)
    told_of = {index for group in digest.groups for index in group.claims}
    assert f"… and {len(told_of) - len(rows(picture))} more: /troops" in picture.notes


def test_numbers_that_change_from_day_to_day_make_one_line_a_speaker() -> None:
    course = troops(changing()).course

    assert course is not None
    assert [(line.name, [point.label for point in line.points]) for line in course.lines] == [
        ("General Anna Holt said", ["4,000", "5,500", "12,000"]),
        ("Colonel Petrov said", ["9,000", "9,000", "7,000"]),
    ]
    assert all(point.x < after.x for line in course.lines for point, after in pairwise(line.points))


def test_a_day_is_a_dot_a_month_a_bar_and_an_open_end_pales() -> None:
    digest = digest_of(
        article(
            "Rebels attacked the port of Narvik on 3 May 2024. Norland closed the border in March 2024. "
            "The road has been shut since 2 April 2024.",
            day=date(2024, 5, 9),
        )
    )

    found = {row.lead: row.mark for row in rows(timeline(digest))}

    day, month = found["Fri 3 May 2024"], found["Mar 2024"]
    assert day is not None
    assert month is not None
    assert day.first == day.last
    assert month.last - month.first > 0.2
    assert timeline(digest).fades


def test_the_timeline_is_told_in_the_articles_words_under_their_numbers() -> None:
    digest = seed_digest()

    for row in rows(timeline(digest)):
        entry = digest.timeline[row.index]
        text = one_line(digest.sources[row.sources[0] - 1].article.text)
        assert row.sources[0] in {account.citation.source for account in entry.accounts}
        assert all(piece in text for piece in row.words.removesuffix(" …").split(" […] "))


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("name", STORIES)
def test_no_words_cover_others_and_none_leave_the_sheet(name: str, theme: Theme) -> None:
    digest = STORIES[name]()
    pictures = [
        picture for command in ("troops", "timeline") if (picture := picture_of(digest, command, shipped_trackers()))
    ]

    for sheet in [laid_out(picture, theme) for picture in pictures]:
        boxes = [words.box for words in sheet.words]
        page = Box(left=0, top=0, right=sheet.width, bottom=sheet.height)

        assert [(one, other) for one, other in combinations(sheet.words, 2) if one.box.meets(other.box)] == []
        assert all(page.left <= box.left and box.right <= page.right and box.bottom <= page.bottom for box in boxes)
        assert sheet.height < 2.6 * sheet.width


@pytest.mark.parametrize("theme", Theme)
def test_a_picture_is_a_png_with_something_on_it(theme: Theme) -> None:
    png = painted(troops(seed_digest()), theme)

    assert png is not None
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    ground = [int(PAPERS[theme].ground[at : at + 2], 16) for at in (1, 3, 5)]
    assert np.abs(pixels[0, 0].astype(int) - ground).max() < 5
    assert 0.02 < (pixels != pixels[0, 0]).any(axis=2).mean() < 0.5


def test_a_dollar_is_a_dollar_and_no_formula() -> None:
    picture = timeline(
        digest_of(article("Norland paid $5 million and Sudland $3 on 3 May 2024.", day=date(2024, 5, 9)))
    )

    assert "$5 million and Sudland $3" in rows(picture)[0].words
    assert painted(replace(picture, title="$5 {a and $3"), Theme.LIGHT) is not None


@pytest.mark.parametrize("name", ["أوسلو", "תל אביב", "नई दिल्ली", "𞤀𞤣", "\ue123"])
def test_letters_that_would_come_out_wrong_are_not_drawn(name: str) -> None:
    digest = digest_of(article(f"Rebels attacked {name} on 3 May 2024.", day=date(2024, 5, 9)))

    assert painted(timeline(digest), Theme.LIGHT) is None


@pytest.mark.parametrize("words", ["Kyiv Київ Αθήνα", "Łódź São “Tomé” … ≈", "e\u0301tat"])
def test_latin_cyrillic_and_greek_are_drawn_everywhere(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_families(monkeypatch, fonts.LATIN)

    assert fonts.unknown_letters([words]) == frozenset()


def test_hangul_is_drawn_where_a_font_has_it_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = digest_of(article("Rebels attacked 서울 on 3 May 2024.", day=date(2024, 5, 9)))
    korean = [family for family in fonts.families() if "Nanum" in family or "CJK" in family]
    if korean:
        assert painted(timeline(digest), Theme.LIGHT) is not None

    with_families(monkeypatch, fonts.LATIN)

    assert fonts.unknown_letters(["서울"]) == frozenset("서울")
    assert painted(timeline(digest), Theme.LIGHT) is None


def with_families(monkeypatch: pytest.MonkeyPatch, *families: str) -> None:
    """As on a machine that has no other fonts."""
    fonts._coverage.cache_clear()
    fonts._is_known.cache_clear()
    monkeypatch.setattr(fonts, "families", lambda: families)


@pytest.fixture(autouse=True)
def forgetful_fonts() -> None:
    """What one test makes of the fonts is not the next one's."""
    fonts._coverage.cache_clear()
    fonts._is_known.cache_clear()


@pytest.mark.parametrize("command", ["troops", "timeline"])
def test_a_caption_holds_against_the_articles_and_is_short_enough(command: str) -> None:
    html, is_whole = caption(seed_digest(), command, shipped_trackers())

    assert problems(html, seed_digest(), shipped_trackers()) == ()
    assert units(html) <= CAPTION_LIMIT
    assert not is_whole
    assert f"/{command}" in html


def test_the_caption_of_a_short_answer_is_the_answer() -> None:
    digest = told(1)

    html, is_whole = caption(digest, "troops", shipped_trackers())

    assert is_whole
    assert problems(html, digest, shipped_trackers()) == ()
    assert "<blockquote expandable>" in html


def test_a_caption_with_another_command_is_caught() -> None:
    html, _ = caption(seed_digest(), "troops", shipped_trackers())

    assert problems(html.replace("/troops", "/tropps"), seed_digest(), shipped_trackers()) != ()
