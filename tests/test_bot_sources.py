"""Where articles come from while the bot runs: feeds, pages, folders, links, files and posts, against bad servers."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot import app
from bot.digest.model import Basis, Digest, Source
from bot.ports import SourceState, Store
from bot.sandbox.params import Upload
from bot.sandbox.uploads import document
from bot.sandbox.world import Message, User
from bot.settings import SANDBOX, SEEDS
from bot.sources.fetching import Limits
from bot.telegram.application import connect
from tests.conftest import TICK, AtWork, Stage, settings_for
from tests.people import BEN, answered, labels, pressed
from tests.sources.conftest import server
from tests.sources.misbehaving import Server, redirect, response
from tests.sources.test_feeds import item as feed_item
from tests.sources.test_feeds import rss
from tests.sources.test_files import pdf
from tests.sources.test_looking import GERMAN
from tests.sources.test_pages import PROSE, html

__all__ = ["server"]  # the fixture

LOOPBACK = "127.0.0.1"
QUICK = Limits(total=timedelta(seconds=3), connect=timedelta(seconds=2), size=200_000, pause=timedelta())
PATIENCE = 100  #: seconds for what takes the reading of an article, on a busy machine
DATE = "Mon, 11 Nov 2024 08:00:00 +0000"
STATED = '<meta property="article:published_time" content="2024-11-11T08:00:00Z">'
SEEN = 5  #: the seeds


def item(link: str, title: str = "River rises") -> str:
    return feed_item(link, DATE, title=title)


def article(words: str, title: str = "River rises", head: str = STATED) -> bytes:
    """A page whose article begins with words of its own."""
    return response(html(head, (words, *PROSE), title).encode())


def table(server: Server, path: str = "/feed", kind: str = "feed", name: str = "Gazette") -> dict[str, object]:
    return {"kind": kind, "url": server.url(path, LOOPBACK), "name": name, "private": True}


def feed(*links: str) -> bytes:
    return response(rss(*map(item, links)), kind="application/rss+xml")


@asynccontextmanager
async def at_work(
    stage: Stage,
    *tables: Mapping[str, object],
    articles: Path = SEEDS,
    cut: str | None = None,
    contact: str | None = None,
    web: Limits = QUICK,
) -> AsyncIterator[AtWork]:
    """A bot whose operator is the sandbox's person; of its store the method ``cut`` never does anything."""
    changes = {"operators": (stage.state.private.id,), "sources": list(tables), "contact": contact}
    settings = settings_for(stage.data, articles).model_copy(update=changes)
    parts = await asyncio.to_thread(app.open_parts, settings, SANDBOX)
    try:
        if articles != SEEDS:
            await parts.read(lambda _: None)
        if cut is not None:
            setattr(parts.store, cut, _for_ever)
        application = connect(stage.state.token, stage.address)
        async with app.running(application, parts, stage.clock, TICK, web=web) as briefings:
            yield AtWork(briefings=briefings, store=parts.store)
    finally:
        await asyncio.to_thread(parts.store.close)


async def _for_ever(*_: object, **__: object) -> object:
    """A step of the store before which the process is killed."""
    return await asyncio.Event().wait()


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await is_so():  # noqa: ASYNC110  (a store has no event for it)
            await asyncio.sleep(0.05)


async def state_of(store: Store, name: str) -> SourceState:
    return next(one for one in await store.sources() if one.declared.name == name)


async def looked_at(store: Store, *names: str) -> None:
    """Waits until what the sources gave is noted."""

    async def is_so() -> bool:
        return all([(await state_of(store, name)).last_try is not None for name in names])

    await until(is_so)


async def has_articles(store: Store, count: int) -> Digest:
    async def is_so() -> bool:
        return len((await store.digest()).sources) == count

    await until(is_so)
    return await store.digest()


def fresh(digest: Digest) -> list[Source]:
    """The articles that are no seeds."""
    return [source for source in digest.sources if source.number > SEEN]


async def ask(stage: Stage, words: str, sender: User | None = None) -> str:
    """The bot's answer to somebody in private."""
    chat = stage.state.private if sender is None else stage.state.chats[sender.id]
    return await answer_to(stage, stage.state.say(chat, words, sender=sender))


async def answer_to(stage: Stage, sent: Message) -> str:
    """What the bot says to a message."""
    chat = stage.state.chats[sent.chat_id]

    def answers() -> list[str]:
        return [one.text for one in stage.state.messages(chat) if one.by_bot and one.id > sent.id]

    await stage.state.wait_until(lambda: bool(answers()), timedelta(seconds=PATIENCE))
    (answer,) = answers()
    return answer


def send(stage: Stage, name: str, content: bytes, sender: User | None = None) -> Message:
    chat = stage.state.private if sender is None else stage.state.chats[sender.id]
    return stage.state.send_file(chat, document(Upload(name=name, media_type="", content=content)), sender=sender)


async def test_a_declared_feed_brings_its_articles_and_says_where_it_stands(stage: Stage, server: Server) -> None:
    server.answers |= {"/feed": feed("/b", "/a"), "/a": article("Rain fell."), "/b": article("Snow fell.")}
    async with at_work(stage, table(server), contact="desk@gazette.example") as bot:
        digest = await has_articles(bot.store, SEEN + 2)
        await looked_at(bot.store, "Gazette")
        shown = await ask(stage, "/feeds")
        status = await ask(stage, "/status")

    assert [source.article.url for source in fresh(digest)] == [server.url(path, LOOPBACK) for path in ("/a", "/b")]
    assert re.search(
        r"2\. Gazette · feed · from the configuration\n2 articles, the last .*; looked at (?:just now|.* ago); next in",
        shown,
    )
    assert "Sources: 2, none in trouble" in status
    assert {request.headers["user-agent"] for request in server.requests} == {
        "sitrep-briefing-bot/1 (news reader; +desk@gazette.example)"
    }


async def test_what_is_not_english_is_set_aside_with_a_word_wherever_it_comes_from(
    stage: Stage, server: Server, tmp_path: Path
) -> None:
    german = response(html(STATED, prose=(GERMAN, GERMAN, GERMAN), title="Der Fluss steigt").encode())
    server.answers |= {
        "/feed": feed("/a", "/de", "/de2"),
        "/a": article("The first flood."),
        "/de": german,
        "/de2": german,
    }
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "c.txt").write_text(GERMAN * 3)
    async with at_work(stage, table(server), {"kind": "folder", "path": str(inbox)}) as bot:

        async def all_aside() -> bool:
            stage.clock.move_by(timedelta(seconds=2))
            return [(await state_of(bot.store, name)).set_aside for name in ("Gazette", "inbox")] == [2, 1]

        await has_articles(bot.store, SEEN + 1)
        await until(all_aside)
        brought = await ask(stage, f"/add {server.url('/de', LOOPBACK)}")
        shown = await ask(stage, "/feeds")
        status = await ask(stage, "/status")

    gazette, _, inbox_lines = shown[shown.index("Gazette") :].partition("inbox")
    assert "1 article, the last " in gazette
    assert "; 2 articles set aside, not in English; looked at " in gazette
    assert "nothing new from it yet; 1 article set aside, not in English; " in inbox_lines
    assert "c.txt: set aside: it looks like German, and I read English only" in inbox_lines
    assert "Set aside: 3 articles that are not in English: /feeds" in status.splitlines()
    assert brought.endswith("/de: set aside: it looks like German, and I read English only")


async def test_a_page_that_was_changed_and_posted_again_elsewhere_is_told_as_that(stage: Stage, server: Server) -> None:
    server.answers["/a"] = article("The mayor said 300 soldiers were stationed in Brell.")
    server.answers["/b"] = article("The mayor said 300 soldiers were stationed in Brell.")
    async with at_work(stage, table(server, "/none")) as bot:
        await ask(stage, f"/add {server.url('/a', LOOPBACK)}")
        await ask(stage, f"/add {server.url('/b', LOOPBACK)}")
        before = await ask(stage, "/sources 6")
        server.answers["/a"] = article("The mayor said 450 soldiers were stationed in Brell.")
        changed = await ask(stage, f"/add {server.url('/a', LOOPBACK)}")
        after = await ask(stage, "/sources 6")
        digest = await bot.store.digest()

    assert [source.copy_of for source in fresh(digest)] == [None, 6]
    assert "also at: [7] " in before
    assert "✏️" not in before
    assert "A new version: River rises" in changed
    assert re.search(r"✏️ updated 12 Nov 2024, 09:\d\d UTC: 1 sentence changed\n", changed)
    assert (
        "was: “The mayor said 300 soldiers were stationed in Brell.”\n"
        "now: “The mayor said 450 soldiers were stationed in Brell.”"
    ) in after


async def test_a_file_dropped_into_the_articles_folder_is_read_without_a_restart(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Published 11 November 2024\n\n" + "\n\n".join(PROSE))
    async with at_work(stage, articles=folder) as bot:

        async def with_time_passing(count: int) -> Digest:
            async def is_so() -> bool:
                stage.clock.move_by(timedelta(seconds=2))
                return {source.article.id for source in (await bot.store.digest()).sources} == expected

            await until(is_so)
            return await bot.store.digest()

        expected = {"a.txt"}
        await with_time_passing(1)
        (folder / "b.md").write_text("---\ntitle: Rain\n---\nRain fell on Sunday. " + " ".join(PROSE))
        expected = {"a.txt", "b.md"}
        digest = await with_time_passing(2)
        (folder / "a.txt").unlink()
        expected = {"b.md"}
        await with_time_passing(1)

    assert [source.article.title for source in digest.sources] == [None, "Rain"]


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<rss>")
    for _ in range(10_000):
        writer.write(b"<item>" * 1000)
        await writer.drain()


async def silent(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def test_bad_sources_stop_no_other_and_each_says_why(stage: Stage, server: Server) -> None:
    bomb = gzip.compress(b"<rss>" + b" " * 50_000_000)
    laughs = (
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>'
    )
    server.answers |= {
        "/bomb": response(bomb, "Content-Encoding: gzip"),
        "/laughs": response(laughs, kind="text/xml"),
        "/endless": endless,
        "/silent": silent,
        "/503": response(b"", status="503 Unavailable"),
        "/no-feed": response(b"<html><p>Hello"),
        "/loop": redirect("/loop"),
        "/inside": redirect("http://127.0.0.2/feed"),
        "/feed": feed("/a"),
        "/a": article("Rain fell."),
    }
    reasons = {
        "bomb": "expected at most 200,000 bytes, got more",
        "laughs": "got XML that declares entities",
        "endless": "expected at most 200,000 bytes, got more",
        "no-feed": "expected an RSS, Atom or JSON feed, got something else",
        "loop": "expected at most 5 redirects, got more",
        "inside": "expected a port where web pages are served|expected an address on the public internet",
    }
    tables = [table(server, f"/{name}", name=name) for name in reasons]
    async with at_work(stage, *tables, table(server)) as bot:
        await has_articles(bot.store, SEEN + 1)
        await looked_at(bot.store, *reasons, "Gazette")
        states = {one.declared.name: one for one in await bot.store.sources()}
        status = await ask(stage, "/status")

    for name, reason in reasons.items():
        assert re.search(reason, states[name].reason or ""), (name, states[name].reason)
    assert states["Gazette"].reason is None
    assert "Sources: 8, in trouble 6: bomb, laughs, endless …; /feeds tells why" in status


@pytest.mark.parametrize("path", ["/silent", "/503"])
async def test_a_source_that_fails_is_left_alone_and_tried_again_by_itself(
    stage: Stage, server: Server, path: str
) -> None:
    server.answers |= {"/silent": silent, "/503": response(b"", status="503 Unavailable"), "/a": article("Rain fell.")}
    async with at_work(stage, table(server, path)) as bot:
        await looked_at(bot.store, "Gazette")
        shown = await ask(stage, "/feeds")
        asked = len(server.requests)
        await asyncio.sleep(5 * TICK.total_seconds())
        assert len(server.requests) == asked
        server.answers[path] = feed("/a")
        stage.clock.move_by(timedelta(minutes=2))
        await has_articles(bot.store, SEEN + 1)
        await until(lambda: _is_sound(bot.store))

    assert re.search(
        r"nothing new from it yet; looked at (?:just now|.* ago); next in \d+ s\nIn trouble: .* is tried again",
        shown,
    )


async def _is_sound(store: Store) -> bool:
    return (await state_of(store, "Gazette")).reason is None


@pytest.mark.parametrize("cut", ["change_source", "record"])
async def test_a_kill_between_articles_and_their_note_loses_and_doubles_nothing(
    stage: Stage, server: Server, cut: str
) -> None:
    server.answers |= {"/feed": feed("/b", "/a"), "/a": article("Rain fell."), "/b": article("Snow fell.")}
    async with at_work(stage, table(server), cut=cut) as bot:
        if cut == "change_source":
            await has_articles(bot.store, SEEN + 2)
        else:
            await until(lambda: _asked(server, "/b"))
            await asyncio.sleep(1)
            assert (await state_of(bot.store, "Gazette")).last_try is None
    async with at_work(stage, table(server)) as bot:
        await looked_at(bot.store, "Gazette")
        digest = await bot.store.digest()
        state = await state_of(bot.store, "Gazette")

    assert [source.article.url for source in fresh(digest)] == [server.url(path, LOOPBACK) for path in ("/a", "/b")]
    assert [one.link for one in state.seen] == [server.url(path, LOOPBACK) for path in ("/b", "/a")]
    assert server.paths().count("/feed") == 2


async def _asked(server: Server, path: str) -> bool:
    return path in server.paths()


async def test_a_page_that_did_not_change_is_one_article_though_nothing_dates_it(stage: Stage, server: Server) -> None:
    server.answers["/live"] = article("Rain fell.", head="")
    async with at_work(stage, table(server, "/live", "page")) as bot:
        before = fresh(await has_articles(bot.store, SEEN + 1))
        for looks in (2, 3):
            stage.clock.move_by(timedelta(minutes=20))
            await until(lambda looks=looks: _has_asked(server, "/live", looks))  # type: ignore[misc]
        server.answers["/live"] = article("Snow fell.", head="")
        stage.clock.move_by(timedelta(minutes=20))
        await until(lambda: _says(bot.store, "Snow fell."))
        after = fresh(await bot.store.digest())
        state = await state_of(bot.store, "Gazette")

    assert before[0].article.published == after[0].article.published
    assert after[0].article.published.basis is Basis.INFERRED
    assert (len(after), state.articles) == (1, 2)


async def _has_asked(server: Server, path: str, times: int) -> bool:
    return server.paths().count(path) >= times


async def _says(store: Store, words: str) -> bool:
    return any(words in source.article.text for source in (await store.digest()).sources)


async def test_an_operator_adds_pauses_resumes_and_removes_a_feed(stage: Stage, server: Server) -> None:
    state = stage.state
    server.answers |= {"/feed": feed("/b", "/a"), "/a": article("Rain fell."), "/b": article("Snow fell.")}
    server.answers["/hidden"] = response(b"", status="404 Not Found")
    async with at_work(stage, table(server, "/hidden", name="Declared")) as bot:
        added = await ask(stage, f"/feeds add {server.url('/feed', LOOPBACK)} The Gazette")
        again = await ask(stage, f"/feeds add {server.url('/feed?utm_source=x', LOOPBACK)}")
        await has_articles(bot.store, SEEN + 2)
        await looked_at(bot.store, "The Gazette")
        (page,) = await state.ask(state.private, "/feeds")
        paused = await pressed(state, page, "Pause 3")
        stage.clock.move_by(timedelta(hours=1))
        asked = server.paths().count("/feed")
        await asyncio.sleep(5 * TICK.total_seconds())
        assert server.paths().count("/feed") == asked
        resumed = await ask(stage, "/feeds resume 3")
        await until(lambda: _has_asked(server, "/feed", asked + 1))
        stays = await ask(stage, "/feeds remove 2")
        (sure,) = await state.ask(state.private, "/feeds remove 3")
        kept = await pressed(state, sure, "Keep")
        removed = await pressed(state, await _question(stage), "Remove")
        unknown = await ask(stage, "/feeds pause 3")
        digest = await bot.store.digest()

    assert added.startswith("Added as 3. The Gazette: a feed with 2 entries, “The Gazette”.")
    assert again == "I follow this already: 3. The Gazette."
    assert labels(page) == [["⏸ Pause 1"], ["⏸ Pause 2"], ["⏸ Pause 3", "✕ Remove 3"]]
    assert labels(paused)[2] == ["▶ Resume 3", "✕ Remove 3"]
    assert "3. The Gazette · feed · paused" in paused.text
    assert resumed == "3. The Gazette is looked at again, now."
    assert stays.startswith("2. Declared stands in the configuration file, so only there can it be removed.")
    assert "3. The Gazette" in kept.text
    assert "The Gazette" not in removed.text
    assert unknown.startswith("I follow no source with the number 3.")
    assert len(fresh(digest)) == 2


async def _question(stage: Stage) -> Message:
    (question,) = await stage.state.ask(stage.state.private, "/feeds remove 3")
    return question


async def test_a_number_once_given_is_never_another_sources(stage: Stage, server: Server) -> None:
    server.answers |= {"/feed": feed(), "/other": feed()}
    async with at_work(stage, table(server, "/x")) as bot:
        await ask(stage, f"/feeds add {server.url('/feed', LOOPBACK)}")
        (question,) = await stage.state.ask(stage.state.private, "/feeds remove 3")
        await pressed(stage.state, question, "Remove")
        second = await ask(stage, f"/feeds add {server.url('/other', LOOPBACK)}")
        await pressed(stage.state, question, "")
        names = [one.declared.place for one in await bot.store.sources()]

    assert second.startswith("Added as 4.")
    assert server.url("/other", LOOPBACK) in names


async def test_what_operators_added_outlives_a_restart_and_what_is_no_longer_declared_does_not(
    stage: Stage, server: Server
) -> None:
    server.answers |= {"/feed": feed("/a"), "/a": article("Rain fell."), "/b": feed()}
    async with at_work(stage, table(server, "/b", name="Declared")) as bot:
        await ask(stage, f"/feeds add {server.url('/feed', LOOPBACK)} Mine")
        await has_articles(bot.store, SEEN + 1)
        await looked_at(bot.store, "Mine")
        before = await state_of(bot.store, "Mine")
    async with at_work(stage) as bot:
        after = await bot.store.sources()

    assert [one.declared.name for one in after] == [SEEDS.name, "Mine"]
    assert after[1] == before


async def test_a_page_is_told_from_a_feed_and_from_neither(stage: Stage, server: Server) -> None:
    server.answers |= {
        "/a": article("Rain fell."),
        "/none": response(b"<html><p>Hello"),
        "/x": response(b"", status="410 Gone"),
    }
    async with at_work(stage, table(server, "/x", name="Declared")):
        page = await ask(stage, f"/feeds add {server.url('/a', LOOPBACK)}")
        none = await ask(stage, f"/feeds add {server.url('/none', LOOPBACK)}")
        gone = await ask(stage, f"/feeds add {server.url('/x', LOOPBACK)}")
        nonsense = await ask(stage, "/feeds ad x")

    assert page.startswith("Added as 3. 127.0.0.1: a page with an article, “River rises”.")
    assert "expected an RSS, Atom or JSON feed, or a page with an article" in none
    assert "got status 410" in gone
    assert nonsense.startswith("What I understand")


@pytest.mark.parametrize("command", ["/add", "/feeds add"])
async def test_no_address_inside_the_network_is_asked_unless_it_was_declared(
    stage: Stage, server: Server, command: str
) -> None:
    server.answers |= {"/a": article("Rain fell."), "/in": redirect(f"http://127.0.0.2:{server.port}/a")}
    closed = [
        server.url("/a", LOOPBACK), server.url("/a", "localhost"), "http://169.254.169.254/latest/meta-data",
        "http://[::1]/", "http://0x7f.1/", "http://user:pw@news.example/", "file:///etc/passwd", "ftp://news.example/",
    ]  # fmt: skip
    async with at_work(stage):
        answers = [await ask(stage, f"{command} {address}") for address in closed]
    asked_before = len(server.requests)
    async with at_work(stage, table(server, "/none")) as bot:
        led_away = await ask(stage, f"{command} {server.url('/in', LOOPBACK)}")
        elsewhere = await ask(stage, f"{command} {server.url('/a', '127.0.0.3')}")
        allowed = await ask(stage, f"{command} {server.url('/a', LOOPBACK)}")
        digest = await bot.store.digest()

    assert asked_before == 0
    assert all(answer.startswith(("Not read.", "Not added.")) for answer in (*answers, led_away, elsewhere)), answers
    assert allowed.startswith(("New: River rises", "Added as 3."))
    assert len(fresh(digest)) <= 1


async def test_a_link_is_read_and_told_with_its_date_figures_and_story(stage: Stage, server: Server) -> None:
    byline = '<meta name="author" content="Ann Lee"><meta property="og:site_name" content="The Brell Gazette">'
    server.answers |= {
        "/a": article("Rain fell in Brell.", head=STATED + byline),
        "/b": article("Snow fell in Brell.", "Snow", head=""),
        "/de": response(html(prose=(GERMAN,) * 3).encode()),
        "/busy": response(b"", status="503 Unavailable"),
    }
    async with at_work(stage, table(server, "/none")) as bot:
        first = await ask(stage, f"/add {server.url('/a', LOOPBACK)}")
        again = await ask(stage, f"/add {server.url('/a', LOOPBACK)}?utm_source=x")
        copy = await ask(stage, f"/add {server.url('/b', LOOPBACK)}")
        german = await ask(stage, f"/add {server.url('/de', LOOPBACK)}")
        busy = await ask(stage, f"/add {server.url('/busy', LOOPBACK)}")
        how = await ask(stage, "/add")
        digest = await bot.store.digest()

    lines = first.splitlines()
    assert lines[:3] == ["New: River rises", "The Brell Gazette, 11 Nov 2024, stated by the publisher", "by Ann Lee"]
    assert re.fullmatch(r"I read \d+ figures? and \d+ events? in it\.", lines[3])
    assert lines[4].startswith("It belongs to: ")
    assert again.startswith("I have this one already: River rises")
    assert "≈ 12 Nov 2024, inferred, for none is printed in it" in copy
    assert "It repeats the wording of [6] The Brell Gazette: one origin, not two." in copy
    assert german.endswith("set aside: it looks like German, and I read English only")
    assert busy.startswith("I could not have it now.")
    assert how.startswith("Add the address of one article")
    assert len(fresh(digest)) == 2


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", ("Published 3 October 2024\n\n" + "\n".join(PROSE)).encode(),
         r"New: an article without a title\n.*3 Oct 2024, stated"),
        ("b.md", ("---\ntitle: Rain\npublisher: Post\ndate: 2024-11-10\n---\n" + "\n".join(PROSE)).encode(),
         r"New: Rain\nPost, 10 Nov 2024, stated by the publisher"),
        ("c.html", html(STATED).encode(), r"New: River rises\n.*11 Nov 2024, stated"),
        ("d.pdf", pdf("\n".join(PROSE).replace("“", "").replace("”", "")), r"New: River rises\n"),
        ("e.txt", GERMAN.encode() * 3, "set aside: it looks like German"),
        ("f.txt", b"", "Telegram did not|Not read"),
        ("g.pdf", b"%PDF-1.4 nonsense", r"Not read\.\ng\.pdf: expected a PDF file"),
        ("h.exe", b"MZ", r"I read files that end in .*Got: h\.exe"),
        ("i.txt", b"x" * 20_000_001, r"i\.txt has 20\.0 MB; Telegram gives me files of at most 20 MB"),
        ("..\u202e<b>j.txt", "\n".join(PROSE).encode(), "New: an article without a title"),
    ],
    ids=["txt", "md", "html", "pdf", "german", "empty", "broken", "exe", "huge", "tricky"],
)  # fmt: skip
async def test_a_file_sent_by_an_operator_is_read(stage: Stage, name: str, content: bytes, expected: str) -> None:
    async with at_work(stage) as bot:
        answer = await answer_to(stage, send(stage, name, content))
        digest = await bot.store.digest()

    assert re.match(expected, answer) or re.search(expected, answer), answer
    assert len(fresh(digest)) == answer.startswith("New:")


async def test_a_forwarded_post_is_an_article_or_the_way_to_one(stage: Stage, server: Server) -> None:
    state = stage.state
    server.answers["/a"] = article("Rain fell in Brell.")
    long = state.say(state.channel, "Rain fell in Brell on Monday. " + " ".join(PROSE))
    short = state.say(state.channel, f"More here: {server.url('/a', LOOPBACK)}")
    empty = state.say(state.channel, "Good morning!")
    async with at_work(stage, table(server, "/none")) as bot:
        answers = [await answer_to(stage, state.forward(post, state.private)) for post in (long, long, short, empty)]
        digest = await bot.store.digest()

    assert answers[0].splitlines()[:2] == [
        "New: an article without a title", "Morning wire, 12 Nov 2024, stated by the publisher",
    ]  # fmt: skip
    assert answers[1].startswith("I have this one already")
    assert answers[2].startswith("New: River rises")
    assert answers[3].startswith("Not read.\nMorning wire: expected a post of 100 to")
    assert [source.article.url for source in fresh(digest)] == [
        f"https://t.me/{state.channel.username}/{long.id}", server.url("/a", LOOPBACK),
    ]  # fmt: skip


async def test_lists_of_feeds_come_in_and_go_out(stage: Stage, server: Server) -> None:
    state = stage.state
    listed = "".join(
        f'<outline type="rss" text="{name}" xmlUrl="{url}"/>'
        for name, url in [
            ("One", server.url("/one", LOOPBACK)), ("Two", server.url("/two", LOOPBACK)),
            ("Declared", server.url("/feed", LOOPBACK)), ("Inside", "http://10.0.0.7/feed"), ("None", "mailto:x"),
        ]
    )  # fmt: skip
    body = f'<opml version="2.0"><head/><body>{listed}</body></opml>'.encode()
    server.answers |= {"/one": feed(), "/two": feed(), "/feed": feed()}
    async with at_work(stage, table(server)):
        imported = await answer_to(stage, send(stage, "feeds.opml", body))
        again = await answer_to(stage, send(stage, "feeds.xml", body))
        bomb = await answer_to(stage, send(stage, "b.opml", b'<!DOCTYPE x [<!ENTITY a "x">]><opml>&a;</opml>'))
        asked = state.say(state.private, "/feeds export")
        (sent,) = await state.wait_for_messages(state.private, after=asked)

    assert imported.splitlines()[:4] == [
        "Added 2 feeds.",
        "One, Two",
        "Followed already: 1.",
        "Entries that are no feeds: 1.",
    ]
    assert "Refused: 1." in imported
    assert again.startswith("Added 0 feeds.\nFollowed already: 3.")
    assert bomb.startswith("Not added.\nb.opml: expected an OPML file without declarations of its own")
    assert sent.attachment is not None
    assert sent.attachment.name == "sitrep-feeds.opml"
    assert re.findall(r'text="(\w+)"', sent.attachment.content.decode()) == ["Gazette", "One", "Two"]


async def test_many_sources_are_shown_page_by_page(stage: Stage, server: Server) -> None:
    tables = [table(server, f"/{number}", name=f"Source {number}") for number in range(2, 8)]
    async with at_work(stage, *tables):
        (first,) = await stage.state.ask(stage.state.private, "/feeds")
        second = await pressed(stage.state, first, "Page 2 of 2")

    assert re.findall(r"Source \d", first.text) == [f"Source {number}" for number in range(2, 6)]
    assert re.findall(r"Source \d", second.text) == ["Source 6", "Source 7"]
    assert labels(second) == [["⏸ Pause 6"], ["⏸ Pause 7"], ["‹ Before"]]


async def test_others_are_told_that_it_is_not_for_them(stage: Stage, server: Server) -> None:
    state, ben = stage.state, stage.state.users[BEN]
    post = state.say(state.channel, " ".join(PROSE))
    server.answers["/a"] = article("Rain fell.")
    async with at_work(stage, table(server)) as bot:
        answers = [
            await ask(stage, words, ben)
            for words in ("/feeds", "/feeds add x.example", f"/add {server.url('/a', LOOPBACK)}")
        ]
        answers.append(await answer_to(stage, send(stage, "a.txt", b"x", ben)))
        answers.append(await answer_to(stage, state.forward(post, state.chats[BEN], sender=ben)))
        (page,) = await state.ask(state.private, "/feeds")
        refused = await answered(state, page, "Pause 2", ben)
        digest, sources = await bot.store.digest(), await bot.store.sources()

    assert {answer.partition(".")[0] for answer in answers} == {
        "Only those who run this bot choose where its articles come from, in their private chat with me"
    }
    assert refused == "This button is from an older version. Please ask again."
    assert (len(fresh(digest)), [one.paused for one in sources]) == (0, [False, False])
    assert server.paths().count("/a") == 0


async def test_a_slow_page_keeps_nobody_waiting_and_the_bot_stops_at_once(stage: Stage, server: Server) -> None:
    state = stage.state
    server.answers["/slow"] = silent
    async with at_work(stage, table(server, "/none")):
        state.say(state.private, f"/add {server.url('/slow', LOOPBACK)}")
        await until(lambda: _asked(server, "/slow"))
        await ask(stage, "/conflicts")
        began = asyncio.get_running_loop().time()
    took = asyncio.get_running_loop().time() - began

    assert took < 2


async def test_a_broken_table_is_told_at_the_start_and_the_others_work(
    stage: Stage, server: Server, tmp_path: Path
) -> None:
    tables = [{"kind": "fed"}, table(server), {"kind": "opml", "path": str(tmp_path / "none.opml")}]
    settings = settings_for(stage.data).model_copy(update={"sources": tables})
    parts = await asyncio.to_thread(app.open_parts, settings, SANDBOX)
    said: list[str] = []
    await app.report(await parts.read(lambda _: None), parts, said.append)
    parts.store.close()

    assert [line.partition(", got")[0] for line in said[:2]] == [
        "! sitrep.toml: [[sources]] no. 1: kind: expected one of feed, page, folder, opml",
        "! sitrep.toml: [[sources]] no. 3: path: expected a file that can be read",
    ]
    assert [one.name for one in parts.declared.sources] == ["Gazette"]
