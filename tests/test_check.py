"""The mechanical check: a sound message passes, and no single changed digit, name, day or speaker does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.digest.model import BodyKind
from bot.render.answer import answer, briefing, sample
from bot.render.check import problems
from bot.render.message import Message, Question, View
from tests.story import article, digest_of, seed_digest, shipped_trackers, words

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
COMMANDS = ("summary", "troops", "casualties", "timeline", "conflicts", "sources")


def pages(command: str, view: View = View.ANSWER) -> Iterator[Message]:
    """Every page of an answer, once."""
    seen: set[str] = set()
    for page in range(30):
        for message in answer(seed_digest(), Question(command=command, page=page, view=view), shipped_trackers()):
            if message.html not in seen:
                seen.add(message.html)
                yield message


@cache
def rendered() -> tuple[str, ...]:
    """Everything the bot can say about the seeds."""
    messages = [message.html for command in COMMANDS for view in View for message in pages(command, view)]
    for since in range(5):
        messages += [message.html for message in briefing(seed_digest(), since, shipped_trackers())]
    messages.append(sample(seed_digest()).html)
    return tuple(dict.fromkeys(messages))


def visible(html: str) -> Iterator[re.Match[str]]:
    """The runs of text between tags."""
    return re.finditer(r"[^<>]+(?=<|$)", re.sub(r"<[^>]+>", lambda tag: "<" + " " * (len(tag[0]) - 2) + ">", html))


def changed_digits(html: str) -> Iterator[str]:
    for run in visible(html):
        for digit in re.finditer(r"\d", run[0]):
            at = run.start() + digit.start()
            yield html[:at] + str((int(digit[0]) + 1) % 10) + html[at + 1 :]


def changed_days(html: str) -> Iterator[str]:
    for names in (DAYS, MONTHS):
        for found in re.finditer(rf"\b({'|'.join(names)})\b", html):
            other = names[(names.index(found[1]) + 1) % len(names)]
            yield html[: found.start()] + other + html[found.end() :]


def proper_names() -> list[str]:
    """The names that the seeds' persons, countries and bodies go by, the longest first."""
    kinds = (BodyKind.PERSON, BodyKind.COUNTRY, BodyKind.ORGANISATION)
    found = {
        alias for body in seed_digest().names if body.kind in kinds for alias in body.aliases if alias[0].isupper()
    }
    return sorted(found, key=lambda alias: (-len(alias), alias))


def same_body(one: str, other: str) -> bool:
    """Whether the two are names of one body, so that one may stand for the other."""
    return any({one, other} <= {*body.aliases} for body in seed_digest().names)


def changed_names(html: str) -> Iterator[str]:
    """Every name made another; which one depends on where it stands, so that all kinds of exchange occur."""
    names = proper_names()
    for found in re.finditer(rf"(?<![\w<])({'|'.join(map(re.escape, names))})(?!\w)", html):
        other = names[(names.index(found[1]) + 1 + found.start()) % len(names)]
        if other not in found[1] and found[1] not in other and not same_body(found[1], other):
            yield html[: found.start()] + other + html[found.end() :]


def changed_speakers(html: str) -> Iterator[str]:
    """The speaker of every claim made each other speaker of the story."""
    speakers = {
        words(seed_digest(), claim.citation, claim.figure.speaker.named or claim.figure.speaker.span)
        for claim in seed_digest().claims
        if claim.figure.speaker
    } - {None}
    for speaker in sorted(filter(None, speakers)):
        for found in re.finditer(rf"(?:(?<=: )|(?<=<i>)){re.escape(speaker)}(?= )", html):
            for other in sorted(filter(None, speakers - {speaker})):
                if other not in speaker and speaker not in other:
                    yield html[: found.start()] + other + html[found.end() :]


@pytest.mark.parametrize("html", rendered(), ids=lambda html: re.sub(r"\W+", "-", html)[3:30])
def test_whatever_is_said_about_the_seeds_can_be_checked(html):
    assert problems(html, seed_digest(), shipped_trackers()) == ()


@pytest.mark.parametrize("change", [changed_digits, changed_days, changed_names, changed_speakers])
def test_no_single_change_passes(change):
    wrong = [(html, other) for html in rendered() for other in change(html) if other != html]

    passed = [
        difference(html, other) for html, other in wrong if not problems(other, seed_digest(), shipped_trackers())
    ]

    assert len(wrong) >= 50
    assert passed == []


def difference(html: str, other: str) -> str:
    """Where the two part, for the report of a failure."""
    at = next(index for index, (a, b) in enumerate(zip(html, other, strict=False)) if a != b)
    return f"{html[max(0, at - 60) : at + 60]!r} -> {other[max(0, at - 60) : at + 60]!r}"


def test_a_dropped_quotation_is_noticed():
    html = next(html for html in rendered() if "“Zelenskyy reported that around 11,000" in html)

    cut = "\n".join(line for line in html.split("\n") if "“Zelenskyy reported that around 11,000" not in line)

    assert problems(cut, seed_digest(), shipped_trackers())


def test_an_added_sentence_is_noticed():
    html = rendered()[0] + "\n\n• The treaty is now in force."

    assert problems(html, seed_digest(), shipped_trackers())


def test_what_fails_the_check_is_not_sent(monkeypatch):
    digest = digest_of(
        article("The mayor said 12 soldiers arrived in Larne on Monday.", day=date(2023, 5, 4), publisher="The Post")
    )
    monkeypatch.setattr("bot.render.answer.problems", lambda *_: ("made up",))

    shown = answer(digest, Question(command="summary"), shipped_trackers())

    assert "soldiers" not in shown[0].html


@pytest.mark.parametrize(
    ("told", "untold"),
    [
        ("US Secretary of State Antony Blinken commented", "no source named"),
        ("<b>around 10,000</b> North Korean soldiers are", "<b>10,000</b> North Korean soldiers are"),
        (" · part of around 10,000", ""),
        (" · “reportedly”", ""),
        ("have alleged", "alleged"),
        ("≈ Mon 11 Nov 2024 (“Monday”)", "undated"),
        ("“Nov. 9”", "no date given"),
        ("🤝 Same number, different speakers", "⚠️ Conflict: different speakers, incompatible numbers"),
        ("⚠️ Conflict: different speakers, incompatible numbers", "🤝 Same number, different speakers"),
        ("North Korean · Russia", "Owner and place not recognised"),
    ],
)
def test_what_a_line_leaves_out_is_noticed(told, untold):
    holding = [html for html in rendered() if told in html]

    passed = [
        html for html in holding if not problems(html.replace(told, untold, 1), seed_digest(), shipped_trackers())
    ]

    assert holding
    assert passed == []


def test_nothing_that_no_article_says_is_ever_said():
    gold = json.loads((Path(__file__).parent / "gold" / "seeds.json").read_text(encoding="utf-8"))

    said = " ".join(re.sub(r"<[^>]+>", "", html) for html in rendered())

    assert len(gold["unsupported"]) == 10
    assert [row["statement"] for row in gold["unsupported"] if row["statement"].rstrip(".") in said] == []
    assert not re.search(r"(?i)now in force|grew from|have invoked|will supply weapons|denied that", said)
    assert not re.search(
        r"<b>[^<]*50,000</b>[^<]*North Korean (?:troops|soldiers) (?:are|have been)", "".join(rendered())
    )
