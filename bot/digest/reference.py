"""Whom pronouns and short forms mean: "he", "its", "who", "the ministry", "the minister"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.digest.given import pronoun_of
from bot.digest.lexicon import OFFICES, TITLES
from bot.digest.model import Body, BodyKind, Mention, Span
from bot.digest.names import Name
from bot.digest.quotations import quotations

if TYPE_CHECKING:
    from spacy.tokens import Token

    from bot.digest.language import Paragraph, Parsed

_HE = frozenset("he him his himself".split())
_SHE = frozenset("she her hers herself".split())
_IT = frozenset("it its itself".split())
_RELATIVE = frozenset("who whom which that".split())
_MEN = frozenset("mr sir king prince lord spokesman chairman congressman businessman father pope imam".split())
_WOMEN = frozenset("mrs ms miss queen princess lady dame spokeswoman chairwoman congresswoman sister".split())
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_SPEECH = 30  #: characters from which a quotation is speech: whom it names, the article's own pronouns do not mean
_FAR = 3  #: sentences that a pronoun's antecedent may lie back
_BARE_TITLES = TITLES - frozenset("mr mrs ms miss sir dame former late acting interim vice foreign defense".split())


def meant(parsed: Parsed, bodies: Sequence[Body], named: Sequence[tuple[Name, Mention]]) -> Iterator[Mention]:
    """A mention for every pronoun and short form whose body is reasonably certain."""
    scene = _Scene(bodies=bodies)
    by_token = {}
    for name, mention in named:
        by_token[name.span.end] = (name, mention)
    for paragraph in parsed.paragraphs:
        quoted = [one.span for one in quotations(paragraph.doc.text) if one.span.end - one.span.start > _SPEECH]
        for token in paragraph.doc:
            start = paragraph.start + token.idx
            end = start + len(token)
            scene.sentence += bool(token.is_sent_start)
            while quoted and quoted[0].end <= token.idx:
                quoted.pop(0)
            if end in by_token:
                if not quoted or token.idx < quoted[0].start:
                    scene.see(token, *by_token[end])
                continue
            body = _pronoun(token, scene, paragraph, by_token)
            if body is not None:
                yield Mention(span=Span(start=start, end=end), body=body, pronoun=True)
            elif token.i and paragraph.doc[token.i - 1].lower_ == "the":
                body = scene.short_form(token)
                if body is not None:
                    first = paragraph.start + paragraph.doc[token.i - 1].idx
                    yield Mention(span=Span(start=first, end=end), body=body)


@dataclass(slots=True, kw_only=True)
class _Scene:
    """Who was named lately, while the article is read from the top."""

    bodies: Sequence[Body]
    sentence: int = 0
    people: list[tuple[int, int, bool]] = field(default_factory=list)
    others: list[tuple[int, int, bool]] = field(default_factory=list)
    genders: dict[int, str] = field(default_factory=dict)
    offices: dict[str, int] = field(default_factory=dict)
    titles: dict[str, int] = field(default_factory=dict)

    def see(self, token: Token, name: Name, mention: Mention) -> None:
        """Notes a name whose last word is ``token``."""
        body = self.bodies[mention.body]
        noted = (mention.body, self.sentence, token.dep_ in _SUBJECTS)
        if body.kind is BodyKind.PERSON:
            self.people.append(noted)
            known = pronoun_of(body.key.split()[0]) if " " in body.key else None
            if known:
                self.genders.setdefault(mention.body, known)
            for title in name.titles:
                if title in _BARE_TITLES:
                    self.titles[title] = mention.body
                if title in _MEN or title in _WOMEN:
                    self.genders[mention.body] = "he" if title in _MEN else "she"
        elif body.kind in {BodyKind.ORGANISATION, BodyKind.COUNTRY}:
            self.others.append(noted)
            for word in OFFICES.intersection(body.key.replace(":", "").split()):
                self.offices[word] = mention.body

    def person(self, gender: str) -> int | None:
        """The person that "he" or "she" means: the subject of this or an earlier sentence, else the last named."""
        return self._latest(self.people, gender)

    def thing(self) -> int | None:
        """The country or organisation that "it" means: only what was the subject of this or the last sentence."""
        for body, sentence, subject in reversed(self.others[-6:]):
            if self.sentence - sentence > 1:
                return None
            if subject:
                return body
        return None

    def short_form(self, token: Token) -> int | None:
        """The body that "the ministry" or "the minister" means, named before."""
        if token.head.dep_ == "compound" or token.dep_ in {"compound", "amod"}:
            return None
        if any(child.dep_ == "prep" and child.i > token.i and child.lower_ == "of" for child in token.children):
            return None
        return self.offices.get(token.lower_, self.titles.get(token.lower_))

    def _latest(self, seen: Sequence[tuple[int, int, bool]], gender: str) -> int | None:
        best: tuple[tuple[bool, int, bool], int] | None = None
        for place, (body, sentence, subject) in enumerate(reversed(seen[-8:])):
            back = self.sentence - sentence
            if back > _FAR or self.genders.get(body, gender) != gender:
                continue
            rank = (not subject, back, place > 0)
            if best is None or rank < best[0]:
                best = (rank, body)
        if best is not None:
            self.genders.setdefault(best[1], gender)
        return best[1] if best else None


def _pronoun(token: Token, scene: _Scene, paragraph: Paragraph, named: dict[int, tuple[Name, Mention]]) -> int | None:
    word = token.lower_
    if word in _HE or word in _SHE:
        return scene.person("he" if word in _HE else "she")
    if word in _IT and token.pos_ == "PRON":
        return scene.thing() if word != "it" or token.dep_ in _SUBJECTS else None
    if word in _RELATIVE and token.dep_ in _SUBJECTS and token.head.dep_ == "relcl":
        noun = token.head.head
        found = named.get(paragraph.start + noun.idx + len(noun))
        return found[1].body if found else None
    return None
