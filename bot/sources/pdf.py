"""The text of a PDF file, by a library that need not be installed."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from bot.errors import Problem
from bot.sources.text import line, neutral

LARGEST = 20_000_000  #: bytes
MOST_PAGES = 60
SHORTEST = 100  #: characters; less is a scan without text
LONGEST = 300_000  #: characters
INSTALL = "Install what reads PDF: pip install 'sitrep-briefing-bot[pdf]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The text of all pages, verbatim but for unseen characters, and what the file says of itself."""

    text: str
    title: str | None = None
    author: str | None = None


def read_pdf(body: bytes, where: str) -> Document | Problem:
    """The document in ``body``; to be run apart from the event loop, for a hostile file may take long."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        return Problem(where=where, expected="the library that reads PDF", got="none installed", fix=INSTALL)
    if len(body) > LARGEST:
        return _problem(where, f"at most {LARGEST:,} bytes", f"{len(body):,}")
    try:
        reader = PdfReader(BytesIO(body))
        if reader.is_encrypted:
            return _problem(where, "a PDF that anybody may read", "one that is locked")
        if len(reader.pages) > MOST_PAGES:
            return _problem(where, f"an article of at most {MOST_PAGES} pages", f"{len(reader.pages)} pages")
        text = "\n\n".join(page.extract_text() for page in reader.pages)
        about = reader.metadata
        title, author = (about.title, about.author) if about is not None else (None, None)
    except (
        PyPdfError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        RecursionError,
        OSError,
        ArithmeticError,
    ) as error:
        return _problem(where, "a PDF file", f"one that cannot be read ({type(error).__name__})")
    text = neutral(text).strip()
    if not SHORTEST <= len(text) <= LONGEST:
        return _problem(where, f"a text of {SHORTEST} to {LONGEST:,} characters", f"{len(text):,}")
    return Document(text=text, title=line(str(title or "")) or None, author=line(str(author or "")) or None)


def _problem(where: str, expected: str, got: str) -> Problem:
    return Problem(where=where, expected=expected, got=got, fix="Is this one article? Save its text as .txt or .html.")
