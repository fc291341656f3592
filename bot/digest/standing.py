"""Whether a sentence can stand alone: what it leans on in the text around it, read from its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.digest.terms import stem

CONNECTIVE = re.compile(
    r"(?:however|meanwhile|furthermore|moreover|nevertheless|nonetheless|consequently|in addition|additionally|also"
    r"|still|but|and|so|yet|or|in response|as a result|therefore|thus|hence|accordingly|instead|similarly|likewise"
    r"|separately|besides|earlier|later|then|in turn|for example|for instance),?\s+",
    re.IGNORECASE,
)  #: opening words that tie a sentence to the one before it
_LEANING = re.compile(
    r"(?:this|these|those|that|it|he|she|they|him|them|his|her|its|their|both(?! (?-i:[A-Z]))|such|there|here|one"
    r"|others?|another|some|many|neither|either|none|all (?:of|this|that)|the (?:former|latter|two|three|same|others?"
    r"|first|second|move)|(?:in|at|of|for|after|before|despite) (?:this|that|these|those|it|them)|as for)\b",
    re.IGNORECASE,
)  #: opening words that leave open what they mean
_DEFINITE = re.compile(
    r"the ([a-z][\w-]+)(?=,| (?:\w+(?:ed|s)|had|have|will|would|could|can|may|might|should|are|were|came|said|also)\b)",
    re.IGNORECASE,
)  #: "The decree, ..." and "The decree follows ...", not "The decree on fishing ..."
_COMMENT = re.compile(
    r"\b(?:marks?|marked|signif(?:y|ies|ied)|signal(?:s|l?ed)?|underscor\w+|underlin\w+|highlight(?:s|ed|ing)?"
    r"|reflect(?:s|ed|ing)?|illustrat\w+|symboli[sz]\w+|represent(?:s|ed)|strengthen(?:s|ed)|deepen(?:s|ed|ing)?"
    r"|emphasi[sz]\w+|demonstrat(?:es|ed|ing)|exemplif\w+|spark(?:s|ed)|bolster\w*|rais(?:es?|ing))\b"
)  #: verbs that say what a happening means instead of what happened
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")
_SPEECH_ONLY = re.compile(r"\s*(?:\"[^\"]*[\".]?|“[^”]*[”.]?)\s*")
_PERSONAL = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me|[Yy]ou|[Yy]our)\b")
_FURNITURE = re.compile(
    r"\(AP\)|\bAP Photo|\bPhotograph:|\bPhoto(?: by)?:|\bImage:|/ ?(?:AP|AFP|EPA)\b|\bGetty Images|\([^)]*Reuters\)"
    r"|\b(?:[Cc]lick here|[Rr]ead more|[Ss]ee also|[Ww]atch (?:the )?video)\b|^\("
    r"|^(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?:"
)  #: captions, credits and pointers that cleaning left in the prose
_LEANS = 0.6
_TIED = 0.2  #: penalty of an opening connective, beyond what follows it
_COMMENTS = 0.3
_PERSONALLY = 0.5
_ASKS = 0.3
_BROKEN = 0.5  #: penalty of a piece of a sentence
_UNSAID = 0.9  #: penalty of a quotation that names no speaker
_CREDITS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """``penalty`` in 0..1, 0 for a sentence that needs no other. ``takes_as_known`` is the stem of the noun of an
    opening like "The decree follows ...", which only a reader who has met the decree understands.
    """

    penalty: float
    takes_as_known: str | None


def standing(sentence: str, *, speaker_known: bool = False) -> Standing:
    """How well a sentence stands alone; ``speaker_known``: whose quotation it is will be printed with it."""
    tie = CONNECTIVE.match(sentence)
    body = sentence if tie is None else sentence[tie.end() :]
    own = _QUOTED.sub(" ", sentence)
    definite = _DEFINITE.match(body)
    faults = (
        (tie is not None, _TIED),
        (_LEANING.match(body) is not None, _LEANS),
        (_COMMENT.search(own) is not None, _COMMENTS),
        (_PERSONAL.search(own) is not None, _PERSONALLY),
        ("?" in sentence, _ASKS),
        (_is_broken(sentence), _BROKEN),
        (_SPEECH_ONLY.fullmatch(sentence) is not None and not speaker_known, _UNSAID),
        (_FURNITURE.search(sentence) is not None, _CREDITS),
    )
    kept = 1.0
    for present, penalty in faults:
        kept *= 1 - penalty if present else 1.0
    return Standing(penalty=1 - kept, takes_as_known=None if definite is None else stem(definite[1]))


def _is_broken(sentence: str) -> bool:
    """Whether it begins in the middle, or a quotation or bracket of it opens or closes in another sentence."""
    halves = sentence.count('"') % 2 == 1 or any(sentence.count(a) != sentence.count(b) for a, b in ("“”", "()"))
    return halves or sentence[:1].islower()
