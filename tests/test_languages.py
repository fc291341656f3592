"""The bot's languages: catalogues that hold all that is said, messages that pass the same check in each of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po

from bot.app import full_menu, open_parts
from bot.chats import Alerts, Chat, Choices, NotUnderstood, Quiet, Schedule, Weekday
from bot.digest.model import Article, ArticleId, Basis, Published, Revision
from bot.digest.watched import Watch
from bot.errors import Problem
from bot.outbox import ChatId
from bot.render import expected, feeds, notices, operators, privacy, stories, tour, words
from bot.render.answer import Example, answer, briefing
from bot.render.calendar import read_day
from bot.render.check import problems
from bot.render.figures import NO_SPEAKER, UNDATED
from bot.render.html import Html
from bot.render.layout import entities, units
from bot.render.message import CALLBACK_LIMIT, ENTITY_LIMIT, MESSAGE_LIMIT, Message, Question, View
from bot.render.overview import DENIED, PLANNED
from bot.render.search import how_to_search, only_english
from bot.render.settings import Panel, Press, settings_panel
from bot.render.settings import View as Settings
from bot.render.timeline import NO_DATE
from bot.render.words import SOURCE, languages, say, say_many, speaking
from bot.stories import MAIN, StoryName, StoryTopic
from handlers.operators import COMMANDS as OPERATORS_COMMANDS
from tests.catalogues import WIDTH, catalogues, template
from tests.conftest import settings_for
from tests.story import seed_digest, shipped_trackers

CODES = [*languages()]
FOREIGN = [code for code in CODES if code != SOURCE]
STORY = ("summary", "troops", "casualties", "timeline", "conflicts", "sources")
DESCRIPTION_LIMIT = 256  #: characters of what a menu says of a command (Bot API)
STEP = 23  #: every so many of the changes is tried
PRESS_LIMIT = 200  #: characters of what is told to who presses a button (Bot API)
NOW = datetime(2024, 11, 13, 9, 30, tzinfo=UTC)
DAYS = (Weekday.MONDAY, Weekday.WEDNESDAY)


def forms(message: str | Iterable[str] | None) -> tuple[str, ...]:
    """The singular and plural forms of a phrase or of its translation."""
    return (message,) if isinstance(message, str) else tuple(message or ())


def fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


@pytest.mark.parametrize("code", FOREIGN)
def test_a_catalogue_holds_every_phrase_of_the_code_and_no_other(code):
    said = {message.id for message in template() if message.id}

    translated = {message.id for message in catalogues()[code] if message.id}

    assert len(said) > 300
    assert translated == said


@pytest.mark.parametrize("code", FOREIGN)
def test_every_phrase_is_translated_in_all_plural_forms_with_the_same_fields_and_edges(code):
    catalogue = catalogues()[code]
    wrong = []
    for message in catalogue:
        if not message.id:
            continue
        said = forms(message.string)
        count = 1 if isinstance(message.id, str) else catalogue.num_plurals
        edges = {(one[:1].isspace(), one[-1:].isspace()) for one in (*forms(message.id), *said)}
        is_right = (
            len(said) == count
            and all(said)
            and all(fields(one) == fields(forms(message.id)[-1]) for one in said)
            and len(edges) == 1
            and not message.fuzzy
            and not any("<" in one for one in said)
            and {" · " in one for one in said} == {" · " in forms(message.id)[0]}
        )
        if not is_right:
            wrong.append((message.id, said))

    assert wrong == []
    assert not catalogue.obsolete


def test_no_phrase_of_the_code_has_tags():
    assert [one for message in template() for one in forms(message.id) if re.search(r"<|&\w+;", one)] == []


def test_what_the_menu_says_of_each_command_stands_in_the_catalogues(tmp_path):
    parts = open_parts(settings_for(tmp_path))
    said = {message.id for message in template()}

    menu = {**full_menu(parts.answers()), **OPERATORS_COMMANDS}
    parts.store.close()

    assert [text for text in menu.values() if text not in said] == []
    for code in CODES:
        with speaking(code):
            assert [text for text in menu.values() if not 1 <= len(say(text)) <= DESCRIPTION_LIMIT] == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("en", ["1 article", "2 articles", "5 articles", "21 articles", "1,000 articles"]),
        ("uk", ["1 стаття", "2 статті", "5 статей", "21 стаття", "1\u00a0000 статей"]),
        ("ru", ["1 статья", "2 статьи", "5 статей", "21 статья", "1\u00a0000 статей"]),
        ("ko", ["기사 1건", "기사 2건", "기사 5건", "기사 21건", "기사 1,000건"]),
    ],
)
def test_numbers_take_the_plural_form_and_the_signs_of_the_language(code, told):
    with speaking(code):
        assert [say_many("{number} article", "{number} articles", count) for count in (1, 2, 5, 21, 1000)] == told


@pytest.mark.parametrize("code", CODES)
def test_every_day_can_be_read_back_as_it_is_written(code):
    days = [date(2024, 1, 1) + timedelta(days=3 * step) for step in range(122)]

    with speaking(code):
        assert [read_day(say("{day:EEE d MMM y}", day=day)) for day in days] == days


def test_equal_moments_of_two_zones_are_each_told_in_their_own_time():
    said = "{day:EEEE, d MMMM} at {time:HH:mm}"
    utc = datetime(2024, 11, 13, 22, 0, tzinfo=UTC)
    kyiv = utc.astimezone(ZoneInfo("Europe/Kyiv"))

    assert [say(said, day=one, time=one) for one in (utc, kyiv)] == [
        "Wednesday, 13 November at 22:00",
        "Thursday, 14 November at 00:00",
    ]


@pytest.mark.parametrize(
    ("tag", "code"),
    [("uk", "uk"), ("ko-KR", "ko"), ("RU", "ru"), ("en", "en"), ("pt-br", "en"), ("", "en"), (None, "en")],
)
def test_the_nearest_language_to_what_telegram_tells(tag, code):
    assert words.nearest(tag) == code


@cache
def told_of_the_story(code: str) -> tuple[Message, ...]:
    """Every page of every answer about the seeds, and the briefings, in a language."""
    with speaking(code):
        return tuple(_told_of_the_story())


def _told_of_the_story() -> Iterator[Message]:
    for command in STORY:
        for view in View:
            seen: dict[str, Message] = {}
            for page in range(30):
                for message in answer(
                    seed_digest(), Question(command=command, page=page, view=view), shipped_trackers()
                ):
                    seen.setdefault(message.html, message)
            yield from seen.values()
    for since in range(5):
        yield from briefing(seed_digest(), since, shipped_trackers())


def told_besides() -> Iterator[Message]:
    """What is said about anything but the seeds."""
    yield from settings_panels()
    yield from told_of_itself()
    yield from told_of_sources()
    yield from told_of_stories()


def settings_panels() -> Iterator[Message]:
    """Every panel of a chat that has chosen everything, and of one that has chosen nothing."""
    full = Chat(
        id=ChatId(-1001234567890),
        zone="Europe/Kyiv",
        schedules=(Schedule(at=time(8), since=NOW), Schedule(at=time(20, 30), days=DAYS, since=NOW)),
        choices=Choices(
            quiet=Quiet(begins=time(22), ends=time(7), urgent_passes=True), silent=True, alerts=Alerts(on=True)
        ),
        next_due=NOW + timedelta(hours=20),
    )
    trackers = {tracker.name: tracker.title for tracker in shipped_trackers()}
    zones = ("Europe/Kyiv", "Europe/London", "Asia/Seoul")
    for chat, name in ((Chat(id=ChatId(1)), None), (full, None), (full, str(full.id))):
        view = Settings(chat=chat, trackers=trackers, zones=zones, now=NOW, name=name, title="The Desk")
        for panel in Panel:
            for argument in ("", "08:00", "Europe", "Asia 08:00"):
                yield settings_panel(view, Press(panel=panel, argument=argument))


def told_of_itself() -> Iterator[Message]:
    """What the bot says about itself, its settings and its operators."""
    chat = Chat(
        id=ChatId(1),
        zone="Europe/Kyiv",
        schedules=(Schedule(at=time(8), since=NOW), Schedule(at=time(20, 30), days=DAYS, since=NOW)),
        next_due=NOW,
    )
    menu = {"summary": "What happened when", "timeline": "Every command"}
    yield from told_in_the_tour(menu, chat)
    yield notices.help_text(menu)
    for name in (None, "@kyiv_desk"):
        yield notices.subscribed(chat, name)
        yield notices.how_to_subscribe(chat, (), name)
        yield notices.how_to_subscribe(Chat(id=ChatId(1)), (), name)
        yield notices.wrong_time("8", name)
        yield notices.wrong_zone("Kiyv", "08:00", ["Europe/Kyiv"], name)
        yield notices.wrong_zone("Kiyv", "08:00", [], name)
        yield notices.unsubscribed(chat, None, name)
        yield notices.unsubscribed(chat, time(8), name)
        yield notices.unsubscribed(chat, time(9), name)
        yield notices.unsubscribed(Chat(id=ChatId(1)), None, name)
        yield notices.paused(None, "Europe/Kyiv", name)
        yield notices.paused(NOW, "Europe/Kyiv", name)
        yield notices.resumed(chat, was_paused=True, name=name)
        yield notices.resumed(Chat(id=ChatId(1)), was_paused=False, name=name)
        yield notices.wrong_while("8", name)
    for wanted in (
        expected.one_of(["x"]),
        expected.some_of(["x"]),
        expected.all_or_some_of(["x"]),
        expected.zone([]),
        expected.zone(["Europe/Kyiv"]),
        expected.few_times(6),
    ):
        yield notices.not_understood(NotUnderstood(expected=wanted, got="", example="8"), "settings")
    yield notices.only_in_a_chat("help")
    yield notices.only_administrators()
    yield notices.not_theirs("@kyiv_desk")
    yield notices.set_in_private("@kyiv_desk", "https://t.me/x")
    yield notices.may_post("@kyiv_desk", "8", ())
    yield notices.sent_there("@kyiv_desk")
    yield notices.not_sent_there("@kyiv_desk")
    yield notices.unknown_command("sumary", menu)
    yield notices.unknown_command("xyz", menu)
    yield notices.only_commands(menu)
    yield notices.hello_group(menu)
    yield notices.topic_gone()
    yield notices.backup_too_large(60_000_000, 50_000_000)
    yield notices.apology()
    yield from briefing(seed_digest(), 4, shipped_trackers(), due=datetime(2024, 11, 13, 8, 0, tzinfo=UTC))
    yield privacy.privacy(timedelta(days=7), timedelta(days=30), timedelta(days=365))
    yield privacy.confirm_forgetting(None, "")
    yield privacy.forgotten()
    yield privacy.kept()
    yield how_to_search(seed_digest(), shipped_trackers())
    yield only_english(seed_digest(), shipped_trackers())
    yield operators.status(a_status())
    yield operators.how_to_broadcast()
    yield operators.confirm_broadcast(1, 2)
    yield operators.confirm_broadcast(1, 0)
    yield operators.broadcast_progress(a_progress())
    yield operators.how_to_ban("ban")
    yield operators.banned(ChatId(1))
    yield operators.unbanned(ChatId(1), was_banned=True)
    yield operators.unbanned(ChatId(1), was_banned=False)
    yield operators.operators_stay()
    yield operators.not_sent()


def told_in_the_tour(menu: dict[str, str], chat: Chat) -> Iterator[Message]:
    """Every step of the tour, to newcomers and others, with and without a story."""
    lonely = tour.Visit(
        chat=Chat(id=ChatId(1)), story=menu, example=Example(), group_link="https://t.me/x", username="x"
    )
    reading = replace(lonely, example=Example(has_articles=True), zones=("Europe/Kyiv",))
    for visit in (lonely, reading, replace(reading, chat=chat), replace(lonely, is_operator=True)):
        yield tour.greeting(visit)
        yield tour.briefed(replace(visit, chat=chat))
        for step in tour.Step:
            yield tour.tour_step(visit, step, "08:00")
    yield tour.in_context(Message(html=Html("")))


def told_of_sources() -> Iterator[Message]:
    """What operators read of the sources, and of what they brought."""
    problem = Problem(where="8", expected="8", got="8", fix="8")
    lines = [
        feeds.SourceLine(
            number=number, name="8", kind=kind, place="8", by_operator=is_theirs, paused=is_paused, articles=2,
            last_article=last, set_aside=number, last_try=last, next_try=NOW + timedelta(minutes=5), reason="8",
            remarks=("8",),
        )
        for number, (kind, is_theirs, is_paused, last) in enumerate(
            [("feed", True, False, NOW), ("page", True, True, NOW - timedelta(hours=3)), ("folder", False, False, None)]
        )
    ]  # fmt: skip
    yield feeds.source_page(feeds.SourcePage(lines=[], total=0, page=0, pages=1, now=NOW))
    yield feeds.source_page(feeds.SourcePage(lines=lines, total=12, page=1, pages=3, now=NOW))
    for line in lines:
        yield feeds.confirm_removal(line, 0)
        yield feeds.source_added(line, "8", 5)
        yield feeds.source_known(line)
        yield feeds.source_paused(line)
        yield feeds.source_resumed(line)
        yield feeds.source_removed(line)
        yield feeds.source_stays(line)
    yield feeds.how_to_feeds()
    yield feeds.how_to_add()
    yield feeds.no_such_source("8")
    yield feeds.list_read(["8"] * 12, 2, [], 3)
    yield feeds.nothing_to_export()
    yield Message(html=feeds.exported(2))
    for basis in Basis:
        for is_new, is_changed in ((True, False), (False, True), (False, False)):
            article = Article(id=ArticleId("8"), text="8", published=Published(moment=NOW, basis=basis), byline="8")
            revision = Revision(number=2, at=NOW, sentences=2, title="8")
            account = feeds.Account(article=article, is_new=is_new, is_changed=is_changed, revision=revision)
            known = replace(account, figures=1, events=5, stories=("8",), repeats="8")
            yield feeds.accounts([account, known], [], [])
    yield feeds.accounts([account] * 12, [], [])
    yield feeds.accounts([], [], [])
    yield feeds.file_too_large("8", 50_000_000, 20_000_000)
    yield feeds.file_of_no_kind("8")
    yield feeds.file_not_fetched("8")
    yield feeds.takes_a_while()
    yield feeds.only_operators()
    for one in (feeds.not_found(problem), feeds.cannot_read_now(problem), feeds.list_read([], 0, [problem], 0)):
        yield replace(one, html=Html(one.html.replace(str(problem), "")))


def told_of_stories() -> Iterator[Message]:
    """What is said of several stories, and to operators of those that are proposed."""
    watch = Watch(any_of=("8",))
    ours = StoryTopic(name=MAIN, title="8")
    theirs = StoryTopic(name=StoryName("8"), title="8", words=watch, by_operator=True)
    standings = [
        stories.Standing(topic=ours, articles=5, latest=NOW, news=NOW),
        stories.Standing(topic=theirs, articles=1, latest=NOW),
        stories.Standing(topic=theirs, articles=0),
    ]
    sure = stories.Offer(key="8", words=watch, titles=("8",), articles=5, taken=5, missed=0, strangers=0)
    yield from stories.register(standings, [sure, replace(sure, missed=1, strangers=2)])
    yield from stories.register(standings, [])
    for are_several in (True, False):
        yield stories.story_gone("8", are_several=are_several)
    yield stories.no_such_story("8", [ours, theirs])
    yield stories.added(theirs, 2, ["8"])
    yield stories.removed(theirs)
    yield stories.not_an_operators("8")
    yield stories.dismissed()
    view = Settings(chat=Chat(id=ChatId(1)), trackers={}, zones=(), now=NOW, stories=standings)
    for panel in (Panel.MAIN, Panel.STORY):
        yield settings_panel(view, Press(panel=panel))
    for wanted in (
        expected.story_name(),
        expected.free_name(),
        expected.distinct_name(),
        expected.story_title(90),
        expected.few_stories(9),
    ):
        yield notices.not_understood(NotUnderstood(expected=wanted, got="", example="8"), "stories")


def a_status() -> operators.Status:
    return operators.Status(
        answered_in=timedelta(milliseconds=45),
        behind=timedelta(seconds=12),
        held_up=timedelta(minutes=3),
        queue={"pending": 3, "dead": 1},
        oldest=timedelta(days=3),
        chats=2,
        subscribed=1,
        articles=5,
        stories=[("8", 3)] * 30,
        homeless=2,
        sources=2,
        troubled=["8"],
        set_aside=3,
        size=1_000_000,
        store_fault=None,
        given_up=[operators.Fault(at=NOW, what="8")],
        errors=[],
    )


def a_progress() -> operators.Progress:
    return operators.Progress(
        number=1, recipients=5, sent=2, given_up=1, held_back=1, is_called_back=False, is_over=False
    )


@pytest.mark.parametrize("code", CODES)
def test_whatever_is_said_about_the_seeds_can_be_checked_and_nothing_is_left_out(code):
    english = sum(message.html.count("•") for message in told_of_the_story(SOURCE))

    told = told_of_the_story(code)
    with speaking(code):
        unsound = [found for one in told if (found := problems(one.html, seed_digest(), shipped_trackers()))]

    assert unsound == []
    assert sum(message.html.count("•") for message in told) >= english


def changed(code: str, html: str) -> Iterator[str]:
    """The message with one digit, one day's or month's name, or one label beside a claim made another."""
    visible = re.sub(r"<[^>]+>", lambda tag: "\0" * len(tag[0]), html)
    for digit in re.finditer(r"\d", visible):
        yield html[: digit.start()] + str((int(digit[0]) + 1) % 10) + html[digit.end() :]
    with speaking(code):
        days = [say("{day:EEE d MMM y}", day=date(2024, month, 1)).split() for month in range(1, 13)]
        labels = [say(one) for one in (NO_SPEAKER, UNDATED, NO_DATE, PLANNED, DENIED)]
    for names in (*map(list, zip(*days, strict=True)), labels):
        for name, other in pairwise(dict.fromkeys(name for name in names if not name[0].isdigit())):
            for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", visible):
                yield html[: found.start()] + other + html[found.end() :]


@pytest.mark.parametrize("code", FOREIGN)
def test_no_single_change_passes_the_check_in_any_language(code):
    wrong = [other for message in told_of_the_story(code) for other in changed(code, message.html)][::STEP]

    with speaking(code):
        passed = [html for html in wrong if not problems(html, seed_digest(), shipped_trackers())]

    assert len(wrong) >= 150
    assert passed == []


@pytest.mark.parametrize("code", CODES)
def test_every_message_and_button_keeps_telegrams_limits(code):
    with speaking(code):
        told = [*told_of_the_story(code), *told_besides()]
        pressed = [notices.expectation(NotUnderstood(expected=expected.quiet_hours(), got="", example=""))]
        pressed += [say(notices.OUTDATED), say(notices.ONLY_ADMINISTRATORS), operators.broadcast_over()]

    assert max(units(message.html) for message in told) <= MESSAGE_LIMIT
    assert max(entities(message.html) for message in told) <= ENTITY_LIMIT
    buttons = [button for message in told for row in message.buttons for button in row]
    assert max(len(button.data.encode()) for button in buttons) <= CALLBACK_LIMIT
    assert min(len(button.label) for button in buttons) > 0
    assert max(map(len, pressed)) <= PRESS_LIMIT


@pytest.fixture
def marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A language in which every phrase stands between ⟦ and ⟧."""
    catalogue = Catalog(locale="eo")
    for message in template():
        if message.id:
            many = tuple(f"⟦{one}⟧" for one in forms(message.id))
            catalogue.add(message.id, many if isinstance(message.id, tuple) else many[0])
    with (tmp_path / "eo.po").open("wb") as file:
        write_po(file, catalogue, width=WIDTH)
    with monkeypatch.context() as patched:
        patched.setattr(words, "CATALOGUES", tmp_path)
        yield "eo"
    for kept in (words._translations, words._pattern, words._forms, words._dated):
        kept.cache_clear()


def test_no_sentence_escapes_translation(marked):
    digest = seed_digest()
    articles = " ".join(f"{source.article.text} {source.label} {source.article.title}" for source in digest.sources)
    with speaking(marked):
        told = [*told_of_the_story(marked), *told_besides()]
        unsound = [
            found for one in told_of_the_story(marked) if (found := problems(one.html, digest, shipped_trackers()))
        ]

    visible = [re.sub(r"<code>.*?</code>|<[^>]+>", "", message.html) for message in told]
    visible += [button.label for message in told for row in message.buttons for button in row]
    own = {"Telegram", "UTC", "MB", "The", "Desk", *languages().values()}
    escaped = {
        word
        for text in visible
        for word in re.findall(r"(?<![/@\w])[^\W\d_]{2,}", outside(text))
        if word not in articles and word not in own
    }

    assert unsound == []
    assert escaped <= {"Kyiv", "London", "Seoul", "Europe", "troops", "casualties"}, escaped


def outside(text: str) -> str:
    """What of a text stands in no phrase."""
    while text != (text := re.sub(r"⟦[^⟦⟧]*⟧", "", text)):
        pass
    return text
