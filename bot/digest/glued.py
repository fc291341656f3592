"""Stamps, datelines, bylines, headings and captions that ran into a sentence: where the sentence itself begins."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.digest.model import Span

HEAD = 3  #: words of a heading or caption, at least
LEAD = 12  #: words that the first sentence of a report has at least

_STAMP = re.compile(
    r"^[^\n]{0,300}\b\d{1,2}[:.]\d\d ?(?:(?i:[ap]\.?m\.?)|(?=[A-Z])) ?"
    r"(?:(?:[ECMP][SD]?T|GMT|BST|UTC|CES?T|UK(?: time)?|local time)\b)?"
    r"(?:,? ?(?:[A-Z][a-z]+day,? )?(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2},?) \d{4})?"
    r"(?: \d{1,2}[:.]\d\d (?:GMT|BST|UK))?(?: Help\b)?\s*(?=[A-Z(])"
)  #: "HOUSTON | Thu Jul 1, 2010 4:26 pm EST HOUSTON ..."
_AGENCY = re.compile(
    r"^(?:[^a-z]{0,60}(?:[A-Z][a-z]+\.?,? ?){0,4}(?:\d{1,2} )?\((?:AP|AFP|Reuters|EPA|UPI|CNN)\)\s*(?:[-–—]+\s*)?"
    r"|(?:AP|AFP|Reuters) (?=[A-Z])(?!Photo))"
)
_DATELINE = re.compile(
    r"^[A-Z][A-Z.’' ]{3,40}(?:, [A-Z][A-Za-z.]{1,15}){0,2}(?:, [A-Z][a-z]+\.? \d{1,2})? ?[-–—]{1,2} "
)
_BYLINE = re.compile(
    r"^By [A-Z]\S+ [A-Z]\S+(?:,? (?:and )?[A-Z]\S+ [A-Z]\S+(?=,| and| [A-Z]))? "
    r"(?:[A-Z]?[a-z ]{0,30}(?:[Cc]orrespondent|[Rr]eporter|[Ee]ditor|[Pp]resenter),? )?"
    r"(?:[A-Z]{2,4}(?: World)? News,? )?(?=[A-Z])"
)
_CREDIT = re.compile(r"^.{0,400}\((?:By|Photo by|Courtesy) [^()]{3,60}\)\s*(?=[A-Z])")  #: a caption's photographer
_STARTERS = re.compile(
    r"(?<=[a-z0-9]) (?=(?:The|A|An|In|On|At|He|She|They|This|These|There|But|More|Some|Many|Two|Three|After"
    r"|Police|Officials|However|When|While|As|Its|His|Her|Their|For|With|From|About|Nearly|Hundreds|Thousands|Dozens"
    r"|Following|Despite|Amid)(?:,| [a-z$£€\d])"
    r"|It (?:is|was|has|had|will|would|came|comes|took|may|says|said)\b|One of\b)"
)  #: words of grammar with a capital behind a small letter: a heading or caption without its full stop ended there
_CAPITAL = re.compile(r"(?<=[a-z0-9%]) (?=[A-Z][A-Za-z’'-]*)")
_TWICE = re.compile(
    r"\b([A-Z][\w’'-]*) (?=\1(?:[’']s)? [a-z]+)"
)  #: "... for BP BP says", a heading's last word and a first one
_NAME = re.compile(r"[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]*)*")
_FINITE = (
    r"(?:has|have|had|is|are|was|were|will|would|could|may|says?|said|did|does"
    r"|(?!(?:accused|charged|based|owned|used|called|named|backed|led|made) (?:of|in|with|by|as|for|at|on)\b)"
    r"[a-z]{2,}ed"
    r"|began|became|fell|found|gave|held|left|lost|made|met|rose|saw|sent|shot|told|took|went|won)\b"
)
_CLAUSE = re.compile(rf"^(?:[A-Za-z][\w’'.-]* ){{1,8}}?(?:[A-Za-z][\w’'.-]*, [^,]{{3,60}}, )?{_FINITE}")
_LEADS = re.compile(
    r"^(?:[A-Za-z][\w’'.-]* ){1,6}?"
    r"(?:(?:has|have) (?:\w+ly |now |been )?[a-z]+|(?:is|are) (?:to|due|set|[a-z]+ing)|says?)\b"
)
_HAS_VERB = re.compile(rf"\b{_FINITE}|\b(?:to|not to) [a-z]+\b|\b[a-z]{{2,}}(?<!s)s\b")
_TELLS = re.compile(r"\b(?:says?|said|tells?|told|claim(?:s|ed)?|according|that|believes?|believed|warns?|warned)\b")
_BINDS = re.compile(
    r"^(?:After|When|As|If|While|Although|Though|Before|Since|Because|Once|Until|In|On|At|With|By (?![A-Z]))\b"
)
_DAY = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|May|June|July|August"
    r"|(?:Septem|Octo|Novem|Decem)ber"
)
_ANY_OF_A_KIND = re.compile(r"\ban? [a-z]+$")  #: "carried on a ship": no name can follow
_OF_NAME = re.compile(r"(?!The |An? )\w+(?<!s) of (?:the )?[A-Z]")  #: "Gulf of Larne": a name, whatever its noun
_ARTICLES = frozenset({"The", "A", "An"})
_TIMES = frozenset("days weeks months years hours minutes times decades sometimes always besides perhaps".split())
_INSIDE = frozenset(
    """
    a an the this that these those some any no each every all both either neither another other such own same his her
    its their our my your whose what which who whom where when while as if than because since until although though
    and or but nor yet so of in on at by for from to with without against among between into onto over under about
    after before during through across near around off out up down along behind beyond despite towards toward upon via
    per versus like unlike is are was were be been being am has have had do does did will would can could may might
    shall should must not also just only even still then now here there today yesterday tomorrow tonight overnight
    more most much many few fewer several one two three four five six seven eight nine ten dozen hundred thousand
    million billion half former late new old top chief senior junior deputy vice acting first second third last next
    leading young elder western eastern northern southern central upper lower neighbouring neighboring nearby fellow
    rival joint federal national local international royal regional global social political official medical legal
    financial public private big small major main long great good bad high low early recent current entire whole
    president resident agent giant firm company group agency team party king queen prince princess pope judge head
    boss son daughter wife husband star hero coach captain general colonel admiral actress tycoon colleague ally
    spokesman spokeswoman city town village state province capital region country island river lake port suburb
    district county hurricane storm network channel station website magazine paper daily band album film song show
    drug rig ship vessel plane attorney secretary analyst economist scientist artist journalist activist dr mr mrs ms
    sure able likely clear certain aware true glad
    founder legend veteran icon pioneer downtown named called says said told
    """.split()
)  #: words that a name or noun may follow in the middle of a sentence: of grammar, qualities, offices and kinds
_AGENT = re.compile(r"(?:[a-z]{2,}(?:er|or|man|woman|ist|ian|ing|ed|ly|ive|ous|ary|ish|ese)|[\w-]+[’']s?)$")


def beginning(sentence: str, text: str = "") -> int:
    """The offset at which a sentence begins, after what ran into it; 0 where nothing did.

    ``text`` is its article, whose small words tell a noun with the capital of a beginning from a name.
    """
    start = 0
    for mark in (_CREDIT, _STAMP, _BYLINE, _AGENCY, _DATELINE, _AGENCY):
        if found := mark.match(sentence[start:]):
            start += found.end()
    words = {found.end() for mark in (_STARTERS, _TWICE) for found in mark.finditer(sentence, start)}
    capitals = {found.end() for found in _CAPITAL.finditer(sentence, start)}
    small = _small_words(text)
    for at in sorted(words | capitals):
        if not _in_quotation(sentence, at) and (at in words or _is_joint(sentence, start, at, small)):
            start = at
    return start


def proper(sentence: Span, text: str) -> Span:
    """The sentence without what ran into it."""
    return Span(start=sentence.start + beginning(sentence.of(text), text), end=sentence.end)


def _is_joint(sentence: str, start: int, at: int, small: frozenset[str]) -> bool:
    """Whether at a capital behind a word with a small letter one clause ends and another begins."""
    head, rest = sentence[start : at - 1], sentence[at:]
    last, (first, _, after) = head.split()[-1], rest.partition(" ")
    if len(head.split()) < HEAD or _DAY.match(rest) or not _CLAUSE.match(rest):
        return False
    is_noun = first.lower() in small and after[:1].islower()
    if is_noun and _ANY_OF_A_KIND.search(head) and _LEADS.match(rest):
        return True
    if not _may_end(last, first):
        return False
    if last[0].isupper():
        return _HAS_VERB.search(head) is not None and _LEADS.match(rest) is not None
    if (is_noun or (first.lower() in small and first in _ARTICLES)) and not _OF_NAME.match(rest):
        return True
    return not _BINDS.match(head) and _HAS_VERB.search(head[: -len(last)]) is not None and _is_new_clause(head, rest)


def _may_end(last: str, first: str) -> bool:
    """Whether a heading may end with a word before this one: no word that leads on to a name or a noun."""
    if last[0].isupper():
        return first in _ARTICLES or _DAY.fullmatch(last) is not None
    return last.lower() not in _INSIDE and _AGENT.search(last) is None


def _is_new_clause(head: str, rest: str) -> bool:
    """Whether a clause that begins with a name is not part of the clause before it, of which it may be the object."""
    found = _NAME.match(rest)
    name = re.findall(r"[A-Z][a-z]{2,}", found[0] if found else "")
    if len(name) > 1 and " ".join(name[:2]) in head:
        return True
    if _TELLS.search(head):
        return False
    *_, before, last = head.split()
    is_several = last.endswith("s") and not last.endswith(("ss", "us", "is")) and last.lower() not in _TIMES
    is_again = any(re.search(rf"\b{word}\b", head) for word in name)
    is_lead = len(rest.split()) >= LEAD and _LEADS.match(rest) is not None and before.lower() not in _INSIDE
    return is_several or is_again or is_lead


@lru_cache(maxsize=1 << 8)
def _small_words(text: str) -> frozenset[str]:
    """The words that an article writes with a small letter."""
    return frozenset(re.findall(r"(?<![\w’'-])[a-z]{3,}(?![\w’'-])", text))


def _in_quotation(sentence: str, at: int) -> bool:
    return sentence.count('"', 0, at) % 2 == 1 or sentence.count("“", 0, at) > sentence.count("”", 0, at)
