"""Whatever strangers send: no parser fails, hangs, or lets tricks through. Kept examples, and random ones."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.digest.revisions import changed
from bot.errors import Problem
from bot.sources.addresses import Allowed, WebAddress, web_address
from bot.sources.bodies import BrokenBodyError, TooLargeError, read_body
from bot.sources.charset import decoded
from bot.sources.declaring import identity, read_declarations
from bot.sources.duplicates import Duplicates
from bot.sources.families import read_families
from bot.sources.feed import Feed, read_feed
from bot.sources.front_matter import read_front_matter
from bot.sources.language import foreign
from bot.sources.links import article_id, tidy
from bot.sources.manifest import read_manifest
from bot.sources.moments import moment
from bot.sources.opml import FeedList, read_opml, write_opml
from bot.sources.page import Page, read_page
from bot.sources.pdf import read_pdf
from bot.sources.politeness import LONGEST_PAUSE, fresh_for, retry_after
from bot.sources.robots import read_robots
from bot.sources.text import LONGEST_LINE, line, neutral
from tests.sources.misbehaving import NOW
from tests.sources.test_feeds import rss
from tests.sources.test_pages import html
from tests.sources.test_repeats import article

CORPUS = sorted(Path(__file__).with_name("nasty").iterdir())
URL = "https://gazette.example/a"
PLAIN = {
    "title",
    "byline",
    "publisher",
    "name",
    "author",
    "remarks",
    "reason",
    "doubt",
}  #: fields that are one plain line
TAG = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--)>")
some = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])

HANGS = 60  #: seconds of this process's own work; what grows faster than its input takes hours


def page(body: bytes) -> object:
    return read_page(body, None, URL, URL, NOW)


def feed(body: bytes) -> object:
    return read_feed(body, None, URL, NOW)


def robots(body: bytes) -> object:
    return read_robots(decoded(body, None).text).allow(URL)


def opml(body: bytes) -> object:
    return read_opml(body, "list.opml")


def matter(body: bytes) -> object:
    text = neutral(decoded(body, None).text)
    found = read_front_matter(text, "a.md")
    assert 0 <= found.begin <= len(text)
    return found


def manifest(body: bytes) -> object:
    return read_manifest(decoded(body, None).text, "manifest.toml")


def document(body: bytes) -> object:
    return read_pdf(body, "a.pdf")


PARSERS: dict[str, Callable[[bytes], object]] = {
    ".html": page,
    ".xml": feed,
    ".json": feed,
    ".opml": opml,
    ".md": matter,
    ".robots": robots,
    ".toml": manifest,
    ".pdf": document,
}


def values(result: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every value inside a result, with the name of the field that holds it."""
    if is_dataclass(result):
        for one in fields(result):
            yield from values(getattr(result, one.name), one.name)
    elif isinstance(result, tuple | list):
        for item in result:
            yield from values(item, name)
    elif isinstance(result, dict):
        for key, value in result.items():
            yield from values(key, name)
            yield from values(value, name)
    else:
        yield name, result


def hold(result: object) -> None:
    """What every result keeps to, whatever it was read from."""
    for name, value in values(result):
        if isinstance(value, datetime):
            assert value.tzinfo is not None
        if not isinstance(value, str) or (isinstance(result, Problem) and name == "where"):
            continue
        value.encode("utf-8")
        hidden = [letter for letter in value if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\t\r\n"]
        assert not hidden, (name, value)
        assert not set(value) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u200b"), (
            name,
            value,
        )
        if name in PLAIN:
            assert "\n" not in value
            assert not TAG.search(value), (name, value)
        if name in {"link", "url"}:
            assert value.startswith(("http://", "https://"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_a_kept_example_is_read_or_refused_in_time(path: Path) -> None:
    began = time.process_time()
    result = PARSERS[path.suffix](path.read_bytes())

    assert time.process_time() - began < HANGS
    if path.suffix != ".toml":  # the manifest is the operator's own
        hold(result)


@pytest.mark.parametrize("name", ["entity-laughs.xml", "entity-file.xml", "entity-utf16.xml", "laughs.opml"])
def test_bombs_are_refused_and_not_read(name: str) -> None:
    path = Path(__file__).with_name("nasty") / name

    assert isinstance(PARSERS[path.suffix](path.read_bytes()), Problem)


@pytest.mark.parametrize("name", ["lies.html", "linked-data.html", "wrong-charset.html", "attributes.html"])
def test_a_nasty_page_gives_its_article_all_the_same(name: str) -> None:
    result = page((Path(__file__).with_name("nasty") / name).read_bytes())

    assert isinstance(result, Page)
    assert "about 300 people left their homes" in result.text
    assert result.url == URL


GROWN = {
    "deep.html": "<div>" * 100_000 + "<p>x</p>",
    "quotes.html": '<a href="' * 50_000,
    "comments.html": "<!--" * 50_000,
    "declarations.html": "<!" * 50_000,
    "entities.html": "&lt;" * 100_000,
    "open.html": "<" * 200_000,
    "words.html": "<p>" + "a " * 400_000,
    "deep.xml": "<rss version='2.0'><channel>" + "<item><title>" * 20_000,
    "entries.xml": "<rss version='2.0'><channel>" + "<item><link>https://a.example/1</link></item>" * 20_000,
    "cdata.xml": "<rss version='2.0'><channel><item><title>" + "<![CDATA[" * 20_000,
    "namespaces.xml": "<rss " + " ".join(f'xmlns:a{n}="b{n}"' for n in range(20_000)) + "/>",
    "deep.json": '{"items":' * 100_000,
    "deep.opml": "<opml><body>" + "<outline>" * 50_000 + "</outline>" * 50_000 + "</body></opml>",
    "agents.robots": "".join(f"User-agent: bot{n}\n" for n in range(15_000)) + "Disallow: /*a*b\n" * 15_000,
    "stars.robots": "User-agent: *\nDisallow: /" + "*a" * 200_000,
    "keys.md": "---\n" + "a: b\n" * 100_000,
    "spaces.md": "---\na:" + " " * 9_000 + "x\n" + " " * 9_000 + "---",
}  #: too large to keep


@pytest.mark.parametrize("name", GROWN)
def test_what_is_large_or_deep_takes_no_longer_than_its_size(name: str) -> None:
    began = time.process_time()
    result = PARSERS[Path(name).suffix](GROWN[name].encode())

    assert time.process_time() - began < HANGS
    hold(result)


def test_the_corpus_has_examples_for_every_parser() -> None:
    assert {path.suffix for path in CORPUS} == set(PARSERS)


markup = st.text(
    alphabet=st.one_of(st.sampled_from("<>&;\"'=/![]-?%#:\0\n\r\t \u202e\u2066\ud800\ufeff"), st.characters()),
    max_size=300,
)
pieces = st.lists(
    st.one_of(
        markup,
        st.sampled_from(
            "<p> </p> <script> </script> <!-- --> <![CDATA[ ]]> <title> </title> <item> </item> <link> </link> <entry> "
            "<content> <rss> <feed> <channel> <pubDate> </pubDate> &amp; &lt;b&gt; &#0; &#xD800; <?xml?> <!DOCTYPE "
            "<!ENTITY <meta <time <div> <svg> <math> <template> <a href=javascript:x> <outline xmlUrl='https://a.example/'>".split(
                " "
            )
        ),
    ),
    max_size=40,
).map("".join)
blobs = st.one_of(st.binary(max_size=400), pieces.map(lambda text: text.encode("utf-8", "surrogatepass")))
json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.just("https://a.example/x")
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from("id url title authors author name content_html content_text date_published items".split()),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=15,
)


@some
@given(blobs)
def test_random_bytes_never_break_a_parser(body: bytes) -> None:
    for suffix, parser in PARSERS.items():
        result = parser(body)
        if suffix != ".toml":
            hold(result)


@some
@given(pieces)
def test_random_markup_inside_a_page_never_breaks_it(words: str) -> None:
    clean = words.encode("utf-8", "replace").decode("utf-8")
    result = page(html(head=clean, title=clean).encode() + clean.encode())

    hold(result)


@some
@given(pieces)
def test_random_markup_inside_a_feed_never_breaks_it(words: str) -> None:
    clean = words.encode("utf-8", "replace").decode("utf-8")
    result = feed(rss(f"<title>{clean}</title><link>https://a.example/1</link><description>{clean}</description>"))

    assert isinstance(result, Feed | Problem)
    hold(result)


@some
@given(st.lists(json_values, max_size=5))
def test_random_json_feeds_never_break(items: list[object]) -> None:
    result = feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode())

    assert isinstance(result, Feed)
    hold(result)


@some
@given(st.dictionaries(st.text(max_size=20), json_values, max_size=5), st.sampled_from(["+++", "---"]), pieces)
def test_random_front_matter_never_breaks(pairs: dict[str, object], mark: str, text: str) -> None:
    rows = "\n".join(f"{key}{' =' if mark == '+++' else ':'} {json.dumps(value)}" for key, value in pairs.items())

    hold(matter(f"{mark}\n{rows}\n{mark}\n{text}".encode("utf-8", "replace")))


@some
@given(
    st.lists(
        st.one_of(json_values, st.dictionaries(st.sampled_from("kind url path name private x".split()), json_values))
    )
)
def test_random_declarations_never_break(tables: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        read = read_declarations(tables, "sitrep.toml", Path(folder))

    assert len({identity(source) for source in read.sources}) == len(read.sources)


@some
@given(
    st.dictionaries(
        st.text(max_size=12),
        st.dictionaries(
            st.sampled_from("published basis title publisher byline language url odd".split()),
            st.one_of(
                st.text(max_size=20).map(json.dumps),
                st.integers().map(str),
                st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
                st.dates().map(str),
                st.just("[1]"),
            ),
        ),
        max_size=4,
    )
)
def test_random_manifests_never_break(tables: dict[str, dict[str, str]]) -> None:
    rows = [
        f"[{json.dumps(name)}]\n" + "\n".join(f"{key} = {value}" for key, value in table.items())
        for name, table in tables.items()
    ]

    read_manifest("\n".join(rows), "manifest.toml")


@some
@given(markup)
def test_lines_are_plain_short_and_stay_so(text: str) -> None:
    once = line(text)

    assert line(once) == once or "&" in text or "<" in text
    assert len(once) <= LONGEST_LINE
    assert "\n" not in once
    once.encode("utf-8")
    assert neutral(neutral(text)) == neutral(text)


@some
@given(st.one_of(markup, st.from_regex(r"https?://[^ ]{1,60}", fullmatch=True)))
def test_addresses_never_break_and_tidying_is_done_once(text: str) -> None:
    known = tidy(text)
    found = web_address(text, Allowed())

    article_id(text)
    assert known is None or tidy(known) == known
    assert known is None or article_id(text) == article_id(known)
    if isinstance(found, WebAddress):
        assert "." in found.host or ":" in found.host
        assert isinstance(web_address(str(found.url), Allowed()), WebAddress)


@some
@given(st.text(max_size=60), st.text(max_size=60))
def test_headers_never_break_the_reckoning(first: str, second: str) -> None:
    for value in (first, f"max-age={first}", f"Wed, {first} Jun 2025 {second} GMT"):
        wait = retry_after(value, NOW)
        assert wait is None or wait >= NOW - NOW
        assert NOW - NOW <= fresh_for({"Cache-Control": value, "Age": second, "Expires": value}, NOW) <= LONGEST_PAUSE
        assert (found := moment(value)) is None or found.tzinfo is not None


@some
@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "", "br"]), st.integers(1, 50))
async def test_bodies_unpack_within_their_limit_or_are_refused(body: bytes, encoding: str, step: int) -> None:
    async def chunks() -> object:
        for at in range(0, len(body), step):
            yield body[at : at + step]

    with contextlib.suppress(TooLargeError, BrokenBodyError):
        assert len(await read_body(chunks(), encoding, 100)) <= 100  # type: ignore[arg-type]


@some
@given(st.lists(st.text(max_size=200), max_size=6))
def test_texts_of_any_kind_can_be_compared(texts: list[str]) -> None:
    seen = Duplicates()
    for number, text in enumerate(texts):
        repeat = seen.add(article(str(number), text))
        assert repeat is None or int(repeat.of) < number
        foreign(text)
        assert changed(text.splitlines(), text.splitlines()) == ()


@some
@given(markup)
def test_families_and_lists_never_break(text: str) -> None:
    read_families(text, "families.toml")
    found = read_opml(text.encode("utf-8", "replace"), "x")
    assert isinstance(found, Problem) or read_opml(write_opml(found.feeds, text), "x") == FeedList(feeds=found.feeds)
