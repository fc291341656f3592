"""The store's second format, which had one story, as today's documents: pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.digest.model import Digest
from bot.digest.patching import difference
from bot.ports import Filed, fingerprint
from bot.stories import MAIN
from storage.codec import FormatError, article_of, filed_text, patch_text, piece_text, read_digest

Documents = dict[str, Mapping[int, str | None]]  #: as JSON, by table and id; None for one that is no more

FORMAT = 2
HEAD, DIGEST, REPORTS = "story", "digest", "reports"


def documents_of_story(tables: Mapping[str, Mapping[int, str]]) -> Documents:
    """What becomes of the story that a store of format 2 holds.

    Of one that cannot be read nothing is kept: the articles can build it again.
    """
    gone: Documents = {name: dict.fromkeys(tables.get(name, {})) for name in (HEAD, DIGEST)}
    reports = tables.get(REPORTS, {})
    try:
        head = json.loads(tables[HEAD][1])
        digest = read_digest(tables[DIGEST][1])
        articles = {number: _filed(number, text, head["name"]) for number, text in reports.items()}
        library = json.dumps({"reader": head["reader"]})
    except (FormatError, LookupError, ValueError, TypeError):
        return {**gone, REPORTS: dict.fromkeys(reports)}
    piece = piece_text(MAIN, patch_text(difference(Digest(), digest)))
    return {**gone, REPORTS: reports, "library": {1: library}, "articles": articles, "digests": {1: piece}}


def _filed(number: int, report: str, source: str) -> str:
    article = article_of(report)
    known = fingerprint(article)
    return filed_text(Filed(number=number, article=article.id, fingerprint=known, source=source, places={MAIN: number}))
