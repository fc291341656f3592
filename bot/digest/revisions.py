"""What a later version of an article says that the earlier did not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import accumulate

from bot.digest.model import Change, Report, Revision

KEPT = 3  #: of an article's revisions, the last ones
MOST_WORDS = 4_000  #: characters of one revision's sentences that are kept
ALIKE = 0.5  #: words in common, of all words of both, from which a sentence was altered and not replaced
MOST_COMPARED = 600  #: sentences of one version; of so many that are all others it takes half a second
_WORD = re.compile(r"\w+")


def revised(before: Report, after: Report, at: datetime) -> tuple[Revision, ...]:
    """What is kept of an article's revisions once ``after`` took the place of ``before``; the newest comes last.

    Where neither the title nor any sentence is another, there is no new one.
    """
    earlier = before.revisions
    found = changed(_sentences(before), _sentences(after))
    title = before.article.title if before.article.title != after.article.title else None
    if not found and title is None:
        return earlier
    number = earlier[-1].number + 1 if earlier else 1
    revision = Revision(number=number, at=at, sentences=len(found), changes=_bounded(found), title=title)
    return (*earlier, revision)[-KEPT:]


def changed(before: Sequence[str], after: Sequence[str]) -> tuple[Change, ...]:
    """What became of the sentences of one version in the next, in the order of the next.

    A sentence that only moved, or differs in white space alone, is no change. Beyond ``MOST_COMPARED`` sentences the
    rest of a version is not looked at.
    """
    old = [" ".join(sentence.split()) for sentence in before]
    new = [" ".join(sentence.split()) for sentence in after]
    stays = set(old) & set(new)
    matcher = SequenceMatcher(None, old[:MOST_COMPARED], new[:MOST_COMPARED], autojunk=False)
    changes: list[Change] = []
    for kind, i, j, k, l in matcher.get_opcodes():  # noqa: E741
        if kind != "equal":
            gone = [sentence for sentence in old[i:j] if sentence not in stays]
            come = [sentence for sentence in new[k:l] if sentence not in stays]
            changes += _paired(gone, come)
    return tuple(changes)


def _paired(gone: Sequence[str], come: Sequence[str]) -> list[Change]:
    """Each sentence that came with the one it replaces, if any; what has no partner was added or removed."""
    left = [(sentence, _words(sentence)) for sentence in gone]
    changes: list[Change] = []
    for sentence in come:
        words = _words(sentence)
        partner = max(left, key=lambda other: _alike(other[1], words), default=None)
        if partner is not None and _alike(partner[1], words) >= ALIKE:
            left.remove(partner)
            changes.append(Change(before=partner[0], after=sentence))
        else:
            changes.append(Change(after=sentence))
    return [*changes, *(Change(before=sentence) for sentence, _ in left)]


def _words(sentence: str) -> frozenset[str]:
    return frozenset(_WORD.findall(sentence.casefold()))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1: the words both have, of all they have."""
    return len(one & other) / len(one | other) if one or other else 0.0


def _sentences(report: Report) -> list[str]:
    return [sentence.span.of(report.article.text) for sentence in report.sentences]


def _bounded(changes: Sequence[Change]) -> tuple[Change, ...]:
    """The first of the changes, as many as ``MOST_WORDS`` hold."""
    sizes = accumulate(len(change.before or "") + len(change.after or "") for change in changes)
    return tuple(change for change, size in zip(changes, sizes, strict=True) if size <= MOST_WORDS)
