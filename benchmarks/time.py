"""Writes the time expressions of annotated articles: ``python -m benchmarks.time DATA OUT.json``.

DATA is a folder of ``*.tml``; OUT gets ``{NAME: [{start, end, value, type}]}``. Offsets count the character data of
TEXT. Paragraphs are split at blank lines only, as the lines of this data are hard-wrapped.
"""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.digest.dates import timexes
from bot.digest.language import PLAIN, Paragraph, Parsed, load
from bot.digest.model import Article, ArticleId, Basis, Passage, PassageKind, Published, Span

if TYPE_CHECKING:
    from spacy.language import Language

BLANK_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An annotated article without its annotations."""

    name: str
    text: str
    published: date


def main() -> None:
    """Reads DATA, writes OUT."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    model = load()
    predictions = {}
    for document in documents(data):
        parsed = read(document, model)
        predictions[document.name] = rows(parsed)
    out.write_text(json.dumps(predictions, indent=1), encoding="utf-8")


def documents(folder: Path) -> Iterator[Document]:
    """The articles of a folder, by name."""
    for path in sorted(folder.glob("*.tml")):
        root = ET.parse(path).getroot()
        body = root.find("TEXT")
        if body is None:
            raise ValueError(f"{path.name}: expected a TEXT element, got none")
        yield Document(name=path.stem, text="".join(body.itertext()), published=_published(root, path.name))


def _published(root: ET.Element, name: str) -> date:
    """The document's creation day; a bare month or year is its first day."""
    for element in root.iter("TIMEX3"):
        if element.get("functionInDocument") in ("CREATION_TIME", "PUBLICATION_TIME"):
            match = re.match(r"(\d{4})(?:-?(\d{2}))?(?:-?(\d{2}))?", element.get("value") or "")
            if match:
                return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    raise ValueError(f"{name}: expected a creation time, got none")


def read(document: Document, model: Language) -> Parsed:
    """Parses the text by paragraphs between blank lines, as its lines are hard-wrapped; offsets stay the text's own."""
    article = Article(
        id=ArticleId(document.name),
        text=document.text,
        published=Published(
            moment=datetime(document.published.year, document.published.month, document.published.day, tzinfo=UTC),
            basis=Basis.STATED,
        ),
    )
    spans = list(_paragraphs(document.text))
    unwrapped = [span.of(document.text).translate(PLAIN).replace("\n", " ") for span in spans]
    paragraphs = tuple(
        Paragraph(doc=doc, start=span.start) for span, doc in zip(spans, model.pipe(unwrapped), strict=True)
    )
    return Parsed(
        article=article,
        passages=tuple(Passage(span=span, kind=PassageKind.PROSE) for span in spans),
        paragraphs=paragraphs,
        sentences=(),
    )


def _paragraphs(text: str) -> Iterator[Span]:
    start = 0
    for end in [*(match.start() for match in BLANK_LINE.finditer(text)), len(text)]:
        part = text[start:end]
        bare = part.strip()
        if bare:
            first = start + part.index(bare[0])
            yield Span(start=first, end=first + len(bare))
        start = end


def rows(parsed: Parsed) -> list[dict[str, str | int]]:
    """The expressions as the scorer reads them."""
    return [
        {
            "start": expression.span.start,
            "end": expression.span.end,
            "value": expression.value,
            "type": expression.kind.value,
        }
        for expression in timexes(parsed)
    ]


if __name__ == "__main__":
    main()
