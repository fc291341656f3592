"""Whose voice an article has: that of the people it cites, or its writer's, who comments, explains or tells of himself.

Read from the words of its first sentences alone, by lists of the language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.digest.model import Source
from bot.digest.openings import prose

HEARD = 15  #: sentences of prose at an article's beginning, by which its voice is known
SHORTEST = 5  #: words of such a sentence
PERSONAL = 0.25  #: share of them in the first person from which a writer tells of himself
PERSONAL_FROM = 3  #: such sentences, at least
ASKING = 2  #: questions of the writer's own from which an article explains
UNCITED = 0.1  #: share of them that name a source, up to which an article tells on its own account
UNCITED_FROM = 10  #: sentences from which that can be said
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|``.*?''|(?<!\w)[`‘'] [^`‘’']*['’](?!\w)")
_PERSON = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|us|myself|ourselves)\b(?!-)")
_YOU = re.compile(r"\b[Yy]our?\b")
_CITES = re.compile(
    r"\b(?:said|says?|told|tells?|added|adds|announced|announces|reported|reports|according to|asked|wrote|testified"
    r"|confirmed|confirms|warned|warns|insisted|acknowledged|argued|accus(?:es|ed)|alleg(?:es|ed)|claim(?:s|ed)"
    r"|den(?:ies|ied)|pleaded|statement|spokes(?:man|woman|person)|quoted)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What the first ``sentences`` of an article are, by how many: ``personal``, ``asking`` or ``citing`` somebody."""

    sentences: int
    personal: int
    asking: int
    citing: int

    @property
    def comments(self) -> bool:
        """Whether the writer tells of himself or asks what he goes on to explain."""
        is_personal = self.personal >= max(PERSONAL_FROM, PERSONAL * self.sentences) and self.personal > self.citing
        return is_personal or self.asking >= ASKING

    @property
    def cites_nobody(self) -> bool:
        """Whether hardly anything is told on the word of somebody else."""
        return self.sentences >= UNCITED_FROM and self.citing <= UNCITED * self.sentences


@lru_cache(maxsize=1 << 12)
def voice(source: Source) -> Voice:
    """The voice of an article. What stands in quotation marks is not its own, nor what it asks its readers ("you")."""
    sentences = personal = asking = citing = 0
    in_quotation = False
    for span in prose(source):
        sentence = span.of(source.article.text)
        own = _QUOTED.sub(" ", sentence)
        is_odd = own.count('"') % 2 == 1 or own.count("“") != own.count("”")
        is_own = not (in_quotation or is_odd)
        in_quotation ^= is_odd
        if len(sentence.split()) < SHORTEST:
            continue
        cites = _CITES.search(own) is not None
        sentences += 1
        citing += cites
        personal += is_own and not cites and _PERSON.search(own) is not None
        asking += is_own and "?" in own and _YOU.search(own) is None
        if sentences == HEARD:
            break
    return Voice(sentences=sentences, personal=personal, asking=asking, citing=citing)
