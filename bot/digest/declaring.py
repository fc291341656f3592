"""A tracker's declaration, arranged for looking up nouns and statuses in a parsed text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digest.counting import forms, is_nationality, is_plural, names_people, singular

if TYPE_CHECKING:
    from spacy.tokens import Token

    from bot.digest.model import Tracker


@dataclass(frozen=True, slots=True)
class Declared:
    """A tracker's word lists, arranged for looking up."""

    tracker: Tracker
    units: frozenset[str]
    members: frozenset[str]
    endings: tuple[str, ...]
    phrases: dict[str, tuple[frozenset[str], ...]]
    totals: frozenset[str]
    total_phrases: dict[str, tuple[frozenset[str], ...]]
    excluded: frozenset[str]
    excluded_phrases: dict[str, tuple[frozenset[str], ...]]
    statuses: dict[str, str]
    idioms: dict[str, dict[str, str]]

    def is_unit(self, head: Token, modifiers: Sequence[Token]) -> bool:
        """Whether a noun with these modifiers is one of the tracker's units."""
        names = forms(head)
        if self.excludes(names, modifiers):
            return False
        if names & self.units:
            return not (names & self.totals and not is_plural(head))
        if any(name.endswith(ending) for name in names for ending in self.endings):
            return True
        if "person" in self.units and (names_people(head) if head.pos_ == "PROPN" else is_nationality(head)):
            return True
        return _has_phrase(self.phrases, names, modifiers)

    def is_total(self, head: Token, modifiers: Sequence[Token]) -> bool:
        """Whether a noun holds a number of the tracker's units: "a force of 3,000"."""
        names = forms(head)
        if self.excludes(names, modifiers):
            return False
        return bool(names & self.totals) or _has_phrase(self.total_phrases, names, modifiers)

    def status(self, token: Token) -> str | None:
        """The status that one word states, else None."""
        if not self.statuses:
            return None
        return self.statuses.get(token.lower_) or (
            self.statuses.get(token.lemma_.lower())
            or (self.statuses.get(singular(token.lower_)) if token.tag_ == "NNS" else None)
        )

    def excludes(self, names: frozenset[str], modifiers: Sequence[Token]) -> bool:
        """Whether a noun's forms or one of its modifiers make it something else than the tracker asks for."""
        if names & self.excluded or _has_phrase(self.excluded_phrases, names, modifiers):
            return True
        return any(
            not self.excluded.isdisjoint(forms(token)) and not _is_paired(token, modifiers) for token in modifiers
        )


def _is_paired(token: Token, modifiers: Sequence[Token]) -> bool:
    """Whether a modifier is one of two joined by "and", so that the noun is the other's, too: "military and police"."""
    doc, others = token.doc, {other.i for other in modifiers}
    return any(
        0 <= token.i + step < len(doc) and doc[token.i + step].lower_ == "and" and token.i + 2 * step in others
        for step in (1, -1)
    )


def _has_phrase(
    phrases: dict[str, tuple[frozenset[str], ...]], names: frozenset[str], modifiers: Sequence[Token]
) -> bool:
    """Whether a unit of several words ends in one of ``names`` and has its other words among ``modifiers``."""
    for name in names:
        for needed in phrases.get(name, ()):
            present = {form for token in modifiers for form in forms(token)}
            if needed <= present:
                return True
    return False


def declared(tracker: Tracker) -> Declared:
    """Arranges a tracker's word lists for looking up."""
    plain = [unit for unit in tracker.units if not unit.startswith("*")]
    statuses: dict[str, str] = {}
    idioms: dict[str, dict[str, str]] = {}
    for status, words in tracker.statuses:
        for word in words:
            verb, _, noun = word.partition(" ")
            if noun:
                idioms.setdefault(noun, {}).setdefault(verb, status)
            else:
                statuses.setdefault(word, status)
    return Declared(
        tracker=tracker,
        units=frozenset(unit for unit in plain if " " not in unit),
        members=frozenset(tracker.members),
        endings=tuple(unit[1:] for unit in tracker.units if unit.startswith("*")),
        phrases=_phrases(plain),
        totals=frozenset(total for total in tracker.totals if " " not in total),
        total_phrases=_phrases(tracker.totals),
        excluded=frozenset(entry for entry in tracker.excluded if " " not in entry),
        excluded_phrases=_phrases(tracker.excluded),
        statuses=statuses,
        idioms=idioms,
    )


def _phrases(words: Sequence[str]) -> dict[str, tuple[frozenset[str], ...]]:
    """Entries of several words by their last: "military personnel" under "personnel"."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for entry in words:
        *modifiers, last = entry.split()
        if modifiers:
            found[last] = (*found.get(last, ()), frozenset(modifiers))
    return found
