"""The digest of the seeds against a careful human reading of them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.digest.model import Claim, Comparator, Entry, FindingKind, Grain, PassageKind, When
from bot.render.answer import answer
from bot.render.message import Question
from bot.render.timeline import ACTORS_DIFFER
from tests.story import seed_articles, seed_digest, seed_reports, shipped_trackers, sids, words

GOLD = json.loads((Path(__file__).parent / "gold" / "seeds.json").read_text(encoding="utf-8"))
COUNTS = [figure for figure in GOLD["figures"] if figure["kind"] == "troop_figure"]
VAGUE = [figure for figure in GOLD["figures"] if figure["kind"] == "vague_quantity"]
TRAPS = [figure for figure in GOLD["figures"] if figure["kind"] == "not_a_figure"]
DATED = [event for event in GOLD["events"] if event["id"].startswith("E")]


def named(citations) -> list[str]:
    return sids(seed_digest(), GOLD["sentences"], citations)


def claim_at(figure) -> Claim:
    """The claim whose words hold the gold's."""
    for claim in seed_digest().claims:
        source = seed_digest().sources[claim.citation.source - 1]
        surface = claim.figure.surface
        end = figure["start"] + len(figure["surface"])
        if source.article.id == figure["article"] and surface.start < end and figure["start"] < surface.end:
            return claim
    raise AssertionError(f"{figure['id']} {figure['surface']!r} is not read")


def stretch(iso: str) -> tuple[date, date]:
    """First and last day of a gold date: a day, a month, or first/last."""
    if "/" in iso:
        first, last = iso.split("/")
        return date.fromisoformat(first), date.fromisoformat(last)
    if len(iso) == 10:
        return date.fromisoformat(iso), date.fromisoformat(iso)
    year, month = map(int, iso.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def means(when: When, iso: str) -> bool:
    return (when.first, when.last) == stretch(iso)


def test_every_sentence_is_cut_where_the_reader_cut_it():
    found = {
        (report.article.id, sentence.span.start, sentence.span.end)
        for report in seed_reports()
        for sentence in report.sentences
    }

    assert found == {(row["article"], row["start"], row["end"]) for row in GOLD["sentences"]}


def test_no_boilerplate_is_prose_and_headings_are_headings():
    kinds = {
        (report.article.id, passage.span.of(report.article.text)): passage.kind
        for report in seed_reports()
        for passage in report.passages
    }

    boilerplate = {(row["article"], " ".join(row["text"].split())): row for row in GOLD["boilerplate"]}
    prose = {(name, " ".join(text.split())) for (name, text), kind in kinds.items() if kind is PassageKind.PROSE}
    assert not prose & boilerplate.keys()
    for row in GOLD["subheadings"]:
        assert kinds[(row["article"], row["text"])] is PassageKind.HEADING


@pytest.mark.parametrize("figure", COUNTS, ids=lambda figure: figure["id"])
def test_a_troop_count_is_read_with_number_hedge_unit_owner_place_and_speaker(figure):
    claim = claim_at(figure)

    read = claim.figure
    unit = words(seed_digest(), claim.citation, read.unit)
    assert (read.low, read.high, read.comparator) == (figure["low"], figure["high"], Comparator(figure["comparator"]))
    assert unit in (figure["unit"], None)
    assert read.place_key == figure["place"]
    assert list(claim.parties) == figure["parties"]
    if figure["whose"] is not None:
        assert read.whose_key == figure["whose"]
    else:
        assert read.whose_key != "north korea"


def test_the_eight_thousand_are_a_part_of_the_ten_thousand():
    part = next(figure for figure in COUNTS if figure["id"] == "F04")
    whole = next(figure for figure in COUNTS if figure["id"] == "F03")

    claim = claim_at(part)

    assert claim.whole is not None
    assert seed_digest().claims[claim.whole] == claim_at(whole)


@pytest.mark.parametrize("figure", VAGUE, ids=lambda figure: figure["id"])
def test_a_vague_quantity_stays_vague(figure):
    claim = claim_at(figure)

    assert (claim.figure.comparator, claim.figure.low, claim.figure.high) == (Comparator.VAGUE, None, None)
    assert list(claim.parties) == figure["parties"]


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap["id"])
def test_a_trap_is_no_figure(trap):
    with pytest.raises(AssertionError, match="is not read"):
        claim_at(trap)


def test_nothing_but_the_counts_and_the_vague_quantities_is_a_troop_figure():
    troops = [claim for claim in seed_digest().claims if claim.figure.tracker == "troops"]

    assert len(troops) == len(COUNTS) + len(VAGUE)


@pytest.mark.parametrize("event", DATED, ids=lambda event: event["id"])
def test_a_dated_event_is_one_entry_with_all_its_dated_citations(event):
    wanted = {row["sid"] for row in event["citations"] if row["sid"] and row["iso"] and row["granularity"] != "before"}
    dates = [event["iso"], *event.get("accept_iso", [])]

    def tells(entry: Entry) -> bool:
        told = set(named([a.citation for a in entry.accounts if a.event.time is not None]))
        return entry.when is not None and any(means(entry.when, iso) for iso in dates) and bool(told & wanted)

    entries = [entry for entry in seed_digest().timeline if tells(entry)]
    assert entries, "no entry has the right date"
    cited = set(named([account.citation for account in entries[0].accounts]))
    unquoted = {row["sid"] for row in event["citations"] if row["time_expression"] is None}
    assert wanted - unquoted <= cited


def test_no_event_is_wrongly_dated():
    right: dict[str, list[str]] = {}
    for event in DATED:
        for row in event["citations"]:
            if row["iso"] and not row["iso"].startswith(".."):
                right.setdefault(row["sid"], []).extend([row["iso"], *event.get("accept_iso", [])])

    wrong = [
        (sid, account.event.time.when)
        for entry in seed_digest().timeline
        for account in entry.accounts
        if account.event.time is not None and account.event.time.when is not None
        for sid in named([account.citation])
        if not any(means(account.event.time.when, iso) for iso in right.get(sid, []))
    ]

    assert wrong == []


def test_a_week_is_never_printed_as_a_day():
    week = next(
        account
        for entry in seed_digest().timeline
        for account in entry.accounts
        if account.event.time and words(seed_digest(), account.citation, account.event.time.span) == "last week"
    )

    assert week.event.time is not None
    assert week.event.time.when is not None
    assert week.event.time.when.grain is Grain.WEEK


def test_the_summary_covers_the_points_a_reader_must_learn():
    cited = set(named([line.citation for line in seed_digest().summary]))

    covered = {point["rank"] for point in GOLD["summary_points"] if cited & set(point["sids"])}
    assert len(seed_digest().summary) <= 8
    assert len(covered) >= 9
    assert covered >= {1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        pytest.param(FindingKind.SAME_SOURCE, {"000:s10", "002:s15"}, id="C01"),
        pytest.param(FindingKind.INCOMPATIBLE, {"001:s09", "001:s12"}, id="C02"),
        pytest.param(FindingKind.PART_EXCEEDS, {"001:s12", "001:s13", "004:s06", "004:s08"}, id="C02-whole"),
        pytest.param(FindingKind.SAME_NUMBER, {"000:s10", "001:s12", "004:s06"}, id="C04"),
        pytest.param(FindingKind.COMPOSITION, {"000:s12", "003:s14"}, id="C05"),
        pytest.param(FindingKind.HEDGE, {"001:s13", "004:s08"}, id="C03"),
    ],
)
def test_a_disagreement_about_a_number_is_found(kind, wanted):
    found = [
        set(named([seed_digest().claims[index].citation for index in finding.claims]))
        for finding in seed_digest().findings
        if finding.kind is kind
    ]

    assert any(wanted <= cited for cited in found), found


def test_the_accounts_of_the_vote_are_shown_to_differ_on_who_voted():
    entry = next(entry for entry in seed_digest().timeline if entry.when and means(entry.when, "2024-11-06"))

    shown = "".join(
        message.html
        for page in range(9)
        for message in answer(seed_digest(), Question(command="timeline", page=page), shipped_trackers())
    )

    assert set(named([a.citation for a in entry.accounts])) >= {"000:s08", "002:s06", "003:s06", "004:s09"}
    assert entry.actors_differ
    assert ACTORS_DIFFER in shown


def test_nobody_credits_the_north_koreans_with_the_fifty_thousand():
    whose = [claim.figure.whose_key for claim in seed_digest().claims if claim.figure.low == 50_000]

    assert whose == ["russia", "russia"]


def test_the_meeting_of_a_day_is_not_told_with_a_remark_of_no_day():
    entry = next(entry for entry in seed_digest().timeline if entry.when and means(entry.when, "2024-11-04"))

    assert named([account.citation for account in entry.accounts]) == ["003:s08"]


def test_the_gold_is_about_these_very_texts():
    texts = {article.id: article.text for article in seed_articles()}

    for figure in COUNTS + VAGUE + TRAPS:
        start = figure["start"]
        assert texts[figure["article"]][start : start + len(figure["surface"])] == figure["surface"]
