"""How news is written: whether a sentence tells something that happened, whole and by itself, and not colour about it.

Read from the words alone, by lists of the language. Rather a piece of news is missed than a remark is taken for one.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_PAST = """
    said told began became broke brought built bought burst caught came cut drew drove fell fled flew fought found
    gave went grew held hit kept knew laid led left lent lost made met paid put quit ran rose saw sold sent set
    shook shot shut sank slid spent split spoke spread stole stood struck swept swore took taught tore threw won
    withdrew wrote beat bent blew bound chose crept dealt dug drank fed forbade froze hung heard hid hurt overthrew
    rode sought slew sprang swung underwent woke wound bid cast rebuilt overtook undertook overran shed
""".split()
_PARTICIPLES = """
    been begun broken brought built bought burst caught come cut drawn driven fallen fled flown fought found given
    gone grown held hit kept known laid led left lent lost made met paid put quit run risen seen sold sent set
    shaken shot shut sunk spent split spoken spread stolen stood struck swept sworn taken taught torn thrown won
    withdrawn written beaten become blown chosen dealt dug drunk fed forbidden frozen hung heard hidden hurt
    told said done felt overthrown sought swung undergone bid cast rebuilt overtaken undertaken overrun shed
""".split()
_STATES = """
    located situated based named called considered regarded needed wanted hoped wished liked loved seemed appeared
    remained continued stayed belonged consisted contained included involved lived owned believed supposed used
    related associated formerly intended meant expected poised designed aimed limited detailed tired united
    interested experienced so-called wounded injured displaced feared
""".split()
_ADVERB = r"(?:(?:\w+ly|now|also|already|just|yet|since|been|being|again|once) ){0,3}"
_ACT = r"(?!(?:" + "|".join(_STATES) + r")\b)"
_DONE = rf"{_ACT}(?:[a-z]{{2,}}ed|{'|'.join(_PARTICIPLES)})\b"
_HAPPENS = re.compile(
    rf"\b(?:has|have|had|was|were|is|are|been) {_ADVERB}{_DONE}"
    rf"|\b(?:is|are|was|were|been) {_ADVERB}(?!being\b|having\b|trying\b|hoping\b|waiting\b)[a-z]{{2,}}ing\b"
    rf"|(?<![-’'])\b{_ACT}(?:{'|'.join(_PAST)})\b"
    r"|\b(?:says|warns|announces|confirms|denies|reports|admits|orders|vows|pledges|urges|accuses)\b"
    rf"|(?<!\bthe )(?<!\ba )(?<!\ban )(?<!\bof )(?<!\bby )(?<!\bfor )(?<!\bin )(?<!\bmost )(?<!\bmore )"
    rf"(?<!\bnot )(?<![-’'])\b{_ACT}[a-z]{{2,}}ed\b(?! (?:by|of|with)\b)"
)
_STATIVE = re.compile(
    r"^[^,;:]{3,80}?(?:, [^,]{3,60},)? (?:is|are|was|were) (?:an?|the|one|located|situated|part|known|home|among"
    r"|usually|often|likely|about|like)\b(?! (?:latest|dead|arrested|expected)\b)"
    r"|^(?:It|There|That|This|Here|These|Those) (?:is|are|was|were|has been|have been|seems|may|might|could)\b"
    r"|\bis (?:accused|charged|defined|situated|located)\b|\b(?:refers to|stands for|consists of)\b"
    r"|^[^,;:]{3,80}? remains?\b"
    r"|\bthere (?:is|are|was|were) (?:little|no|few|many|much)\b"
)
_USUAL = re.compile(
    r"(?i)\b(?:usually|often|typically|generally|normally|traditionally|always|repeatedly|frequently|commonly"
    r"|in general|for (?:years|decades|weeks|months)"
    r"|(?:for|over|in) the (?:past|last) (?:\w+ )?(?:years|decades)|over the years|long been"
    r"|(?:formerly|also|best|better|widely) known as)\b"
)
_HOPED = re.compile(r"(?i)\b(?:hope[ds]?|hoping|hopefully|wish(?:es|ed)?|pray(?:s|ed|ing)?|dreams? of|longs? for)\b")
_UNSURE = re.compile(
    r"\b(?:could|may|might|should|would|can(?! ?not))\b"
    r"|\b(?:threatens?|bodes?|promises|seems|appears|tends?) (?:to|badly|well|ill)\b"
)
_TO_DO = re.compile(r"\bto [a-z]+ [a-z]+ed\b")  #: "continue to collect leaked oil" tells no leak
_RELATIVE = re.compile(r", (?:who|whose|which|where)\b[^,]*,")
_TRAILING = re.compile(r", (?:who|whose|which|where)\b[^,]*$")
_SIDE = re.compile(r"[,;] | (?:where|which|who|that|though|although|because|while|when|as|after)\b")
_LONG_AGO = re.compile(
    r"^(?:Just )?(?:[Ll]ast|[Ee]arlier this) (?:week|month|year)\b"
    r"|\b(?:earlier this (?:week|month|year)|(?:weeks?|months?|years?) (?:ago|earlier))\b"
)
_SAID = re.compile(r"\b(?:said|says|told|warned|warns|announced|announces|according to|confirmed|plans?|planned)\b")
_PERFECT = re.compile(
    rf"\b(?:has|have) (?!an? |the |no |some )(?:[\w-]+ ){{0,4}}?{_DONE}"
    r"|\b(?:is|are) (?:\w+ly |now |also )?(?:being|set|due|about|expected|preparing|to)\b"
)  #: what is done or planned, which ties a first sentence to its day without a word for it
_SPEAKER = re.compile(
    r"\b(?:says?|warns|announces|confirms|orders|admits|accuses|denies|rejects|urges|vows|pledges)\b"
    r"|, (?:[^,\"]{2,90} )?(?:said|reported|announced|confirmed|warned|show)\b[^,]{0,40}\W*$"
    r"|, according to [^,\"]{3,90}\W*$"
)
_THESE_DAYS = re.compile(
    r"(?i)\b(?:today|tonight|yesterday|overnight"
    r"|(?:last|this|late|early) (?:night|morning|afternoon|evening|weekend))\b"
)
_WEEKDAY = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_WEEK = "Mon Tues Wednes Thurs Fri Satur Sun".split()
_AHEAD = re.compile(r"\b(?:will|would|to|next|until|before|by|from|expected|due|scheduled|plans?|planned)\b")
_PLAN = re.compile(r"\b(?:will|is to|are to|(?:is|are) (?:set|due|about|expected) to|next (?:week|month|year))\b")
OLD_DAY = 2  #: days after which a weekday that is past is told of as background
_MIGHT_HAVE = re.compile(r"\b(?:should|could|would|might|must|may|to)(?: \w+){0,2} have\b")
_SHOWS = re.compile(
    r"\b(?:describes|presents|explains|looks (?:at|back)|takes a look|examines|explores|discusses|talks (?:to|about)"
    r"|recalls|reflects|reviews|recounts|visits|finds out|asks|investigates why|profiles|remembers|imagines|argues)\b"
)
_PRESS = re.compile(
    r"(?i)\b(?:front[- ]pages?|headlines|(?:news)?papers(?: say| lead|\W*$)|tabloids|columnists?|editorials?"
    r"|carr(?:y|ies|ied) the (?:news|story))\b"
)
_OWN_REPORTER = re.compile(
    r"(?:\b[A-Z]{2,5}['’]s(?: [a-z]+){0,3}|\b[Cc]orrespondent|\b[Rr]eporter) [A-Z][\w’'-]+ [A-Z][\w’'-]+,? "
    r"(?:reports|(?:has )?(?:been|met|meets|joined|joins|visited|visits|spent|spends|travell?ed|went|goes|looks|looked"
    r"|spoke|speaks|spoken|talked|talks|found|finds|explains|explained|investigates|describes))\b"
)  #: whom a page sent to see for itself: what follows is a feature
_PERSONAL = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]ur|us|[Yy]ou|[Yy]our|[Ll]et's)\b")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|``.*?''")
_END = re.compile(r"[.!][\"”’')\]]*\s*$")
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[…\])[\"”’')\]]*\s*$")
_OPENS = re.compile(r"[\"“‘'(\[*#$£€]?\s?(?:[A-Z0-9]|[a-z]+[A-Z])")
_FURNITURE = re.compile(
    r"(?i)^(?:show|view|watch|read|listen|click|download|share|print|play|see|browse|find|join|visit"
    r"|subscribe|follow|contact|send|updated?|posted|published|last modified)\b"
    r"|\b(?-i:NEW|UPDATED?|LATEST|Editor['’]s [Nn]ote|EDITOR['’]S NOTE):"
    r"|footage courtesy|\b(?:read more|click here|slideshow|follow us|sign up|log in|javascript|flash player)\b"
)
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATED = re.compile(
    rf"(?m)(?:^|(?:[Uu]pdated|[Pp]osted|[Pp]ublished|[Ll]ast modified|[Tt]aken|[Pp]hoto)\W*(?:\w+,? ){{0,2}})"
    rf"(?:[A-Z][a-z]{{2,8}}day,? )?"
    rf"(?:{_MONTH} (\d{{1,2}})(?:, (\d{{4}}))?:|{_MONTH} (\d{{1,2}}), (\d{{4}})\b|(\d{{1,2}}) {_MONTH} (\d{{4}})\b)"
)
_PAST_YEAR = re.compile(
    r"\b(?:was|were|had|did|[a-z]{3,}ed)\b(?![^.]{0,60}\b(?:will|would|to|by|until|through|for)\b)[^.]{0,60}?"
    r"\b(?:in|since) (?:[A-Z][a-z]+ )?(20\d\d)\b"
)


def is_whole(words: str) -> bool:
    """Whether words read as a sentence: a beginning, an end, and no bracket or quotation mark that lost its other."""
    text = words.strip()
    pairs = all(text.count(one) == text.count(other) for one, other in ("()", "[]", "“”"))
    return bool(pairs and _OPENS.match(text) and _END.search(text) and not _CUT_OFF.search(text))


def is_aside(sentence: str) -> bool:
    """Whether a sentence hopes, reviews the press, is cut off, or is a button or pointer of its page."""
    own = _QUOTED.sub(" ", sentence)
    return any(pattern.search(own) for pattern in (_HOPED, _PRESS, _CUT_OFF, _FURNITURE))


def tells_news(sentence: str) -> bool:
    """Whether a sentence says by itself what happened, is done or was said, and not what is, is usual or may be.

    One that opens with a quotation is a comment.
    """
    own = _QUOTED.sub(" ", sentence)
    if not is_whole(sentence) or sentence.count('"') % 2 or is_aside(sentence) or "?" in sentence:
        return False
    if (
        _PERSONAL.search(own)
        or _STATIVE.search(own)
        or _USUAL.search(own)
        or _OWN_REPORTER.search(own)
        or (_SHOWS.search(own) and not _SAID.search(own))
    ):
        return False
    main = _SIDE.split(_RELATIVE.sub(" ", own), maxsplit=1)[0]
    if (_UNSURE.search(main) or (_LONG_AGO.search(own) and not is_of_now(main))) and not _SAID.search(own):
        return False
    told = _TRAILING.sub("", _TO_DO.sub(" ", own))
    return not own.startswith(" ") and _HAPPENS.search(told) is not None


def is_of_now(sentence: str, day: date | None = None) -> bool:
    """Whether a sentence ties what it tells to the ``day`` it is written; to any day, where that is not known."""
    own = _MIGHT_HAVE.sub(" ", _RELATIVE.sub(" ", _QUOTED.sub(" ", sentence)))
    return _PERFECT.search(own) is not None or names_day_or_speaker(own, day)


def names_day_or_speaker(sentence: str, day: date | None = None) -> bool:
    """Whether a sentence says who says so or when it was, and that not days before ``day``."""
    if _SPEAKER.search(sentence) or _THESE_DAYS.search(sentence):
        return True
    ages = [0 if day is None else (day.weekday() - _WEEK.index(name)) % 7 for name in _WEEKDAY.findall(sentence)]
    return any(age <= OLD_DAY for age in ages) or (bool(ages) and _AHEAD.search(sentence) is not None)


def looks_ahead(sentence: str) -> bool:
    """Whether a sentence tells what is planned."""
    return _PLAN.search(sentence) is not None


def tells_act(sentence: str) -> bool:
    """Whether a sentence says that something happened, goes on or will be, as no caption does in its present tense.

    What a relative clause at its end tells is no act of the sentence.
    """
    told = _TRAILING.sub("", sentence)
    return _HAPPENS.search(told) is not None or re.search(r"\b(?:will|would|won't)\b", told) is not None


def place(text: str, start: int) -> int:
    """Which sentence of its article begins at ``start``, from 0; captions, stamps and buttons do not count."""
    before = re.split(r"(?<=[.!?])[\"”’')\]]*\s+(?=[A-Z\"“‘'(\d])|\n+", text[:start])
    return sum(is_whole(one) and len(one.split()) > 4 and not _DATED.match(one.strip()) for one in before)


@lru_cache(maxsize=1 << 12)
def is_dated_later(text: str, day: date) -> bool:
    """Whether a stamp or caption of an article gives a later day than ``day``, or it looks back on a later year."""
    if any(int(year) > day.year for year in _PAST_YEAR.findall(text)):
        return True
    return any(
        found is not None and found > day for found in (_day(match, day.year) for match in _DATED.finditer(text))
    )


def _day(match: re.Match[str], year: int) -> date | None:
    """The day of a stamp, one day before what it says: clocks differ."""
    short, number, its_year, month, second, other_year, third, last, last_year = match.groups()
    name = short or month or last
    at = next(index for index, month_name in enumerate(_MONTHS, 1) if month_name.startswith(name))
    try:
        found = date(int(its_year or other_year or last_year or year), at, int(number or second or third))
    except ValueError:
        return None
    return date.fromordinal(found.toordinal() - 1)
