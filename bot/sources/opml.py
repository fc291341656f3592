"""Lists of feeds as other readers write and read them: OPML 2.0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree  # only to write; reading is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import Problem
from bot.sources.links import tidy
from bot.sources.text import line

LARGEST = 2_000_000  #: bytes
MOST_FEEDS = 2_000  #: of one list
_FIX = "Export the list again from the program it comes from."


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One feed of a list; ``page`` is the site it belongs to."""

    url: str
    name: str
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedList:
    """The feeds of a list, each address once, and how many entries were no feeds."""

    feeds: tuple[Listed, ...]
    passed_over: int = 0


def read_opml(body: bytes, where: str) -> FeedList | Problem:
    """The feeds of an OPML file, whatever folders they lie in; XML with a document type is refused."""
    if len(body) > LARGEST:
        return _problem(where, f"an OPML file of at most {LARGEST:,} bytes", f"{len(body):,}")
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        return _problem(where, "an OPML file without declarations of its own", "XML that declares a document type")
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        return _problem(where, "an OPML file", f"XML that cannot be read ({line(str(error))})")
    if root.tag.lower() != "opml":
        return _problem(where, "an OPML file", f"XML of another kind, <{line(root.tag)}>")
    feeds: dict[str, Listed] = {}
    passed_over = 0
    for outline in root.iter("outline"):
        given = {name.lower(): value for name, value in outline.attrib.items()}
        address = given.get("xmlurl")
        if address is None:
            continue  # a folder
        url = tidy(address)
        if url is None or len(feeds) >= MOST_FEEDS:
            passed_over += 1
            continue
        name = line(given.get("title") or given.get("text") or "")
        feeds.setdefault(url, Listed(url=url, name=name or url, page=tidy(given.get("htmlurl", ""))))
    return FeedList(feeds=tuple(feeds.values()), passed_over=passed_over)


def write_opml(feeds: Iterable[Listed], title: str) -> bytes:
    """The list as an OPML file in UTF-8; reading it gives the same feeds."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = line(title)
    outlines = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = line(feed.name)
        attributes = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
        if feed.page is not None:
            attributes["htmlUrl"] = feed.page
        ElementTree.SubElement(outlines, "outline", attributes)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _problem(where: str, expected: str, got: str) -> Problem:
    return Problem(where=where, expected=expected, got=got, fix=_FIX)
