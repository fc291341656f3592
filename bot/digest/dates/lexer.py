"""Text into lexemes: the words, numbers and signs that time phrases are made of, each with its classes."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.digest.dates import lexicon

NUMBER_WORDS = 8  #: the longest number read in words; a longer run is cut

_RAW = re.compile(
    r"""
      \d{4}-\d{2}-\d{2}(?!\d)
    | 9/11(?![/\d])
    | \d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?!\d)
    | \d{1,2}[:.]\d{2}(?=\s?[apAP](?:\.\s?)?[mM]\b)
    | \d{1,2}:\d{2}(?![\d:])
    | \d{1,3}(?:,\d{3})+(?:\.\d+)?
    | \d{1,2}\s1/2(?![\d/])
    | \d{1,2}\s?½
    | \d{1,12}\.\d{1,12}
    | \d{1,12}(?:st|nd|rd|th|s)?(?![A-Za-z])
    | \d{1,12}
    | ['’‘`]\d\ds?(?!\w)
    | ['’][sS](?!\w)
    | [apAP]\.\s?[mM]\b\.?
    | [oO]['’]clock
    | [qQ][1-4](?!\w)
    | [fF][yY]\d{4}(?!\d)
    | [hH][12](?!\w)
    | [^\W\d_]+
    | -{2,}
    | \S
    """,
    re.VERBOSE,
)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexeme:
    """One unit of the grammar at these offsets.

    ``classes`` are the terminals it may stand for, each with a value; a word always stands for itself as "=word".
    ``joined``: a hyphen joins it to the lexeme before.
    """

    start: int
    end: int
    word: str
    classes: tuple[tuple[str, object], ...] = ()
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    start: int
    end: int
    text: str
    word: str
    joined: bool


def lexemes(text: str, impostors: Collection[int] = ()) -> list[Lexeme]:
    """The lexemes of ``text``; the words at the offsets in ``impostors`` only look like times."""
    tokens = _tokens(text)
    found: list[Lexeme] = []
    at = 0
    while at < len(tokens):
        lexeme, taken = _lexeme(tokens, at)
        if lexeme.start in impostors:
            lexeme = replace(lexeme, classes=())
        found.append(lexeme)
        at += taken
    return found


def _tokens(text: str) -> list[_Token]:
    """The raw tokens; a hyphen inside a compound is left out unless it stands between two numbers."""
    matches = list(_RAW.finditer(text))
    tokens: list[_Token] = []
    for index, match in enumerate(matches):
        bare = match.group()
        before = matches[index - 1] if index else None
        after = matches[index + 1] if index + 1 < len(matches) else None
        touching = before is not None and before.end() == match.start()
        if (
            bare == "-"
            and touching
            and before is not None
            and after is not None
            and after.start() == match.end()
            and before.group()[-1].isalnum()
            and after.group()[0].isalnum()
            and not (before.group()[0].isdigit() and after.group()[0].isdigit())
        ):
            continue
        joined = touching and before is not None and before.group() == "-"
        word = bare.lower().replace("’", "'").replace("‘", "'").replace("`", "'")
        tokens.append(_Token(start=match.start(), end=match.end(), text=bare, word=word, joined=joined))
    return tokens


def _lexeme(tokens: Sequence[_Token], at: int) -> tuple[Lexeme, int]:
    """The lexeme that begins at this token, and how many tokens it takes."""
    token = tokens[at]
    for words, name in _HOLIDAYS.get(token.word, ()):
        if token.text[0].isupper() and tuple(t.word for t in tokens[at : at + len(words)]) == words:
            return _over(tokens, at, len(words), (("HOLIDAY", name),)), len(words)
    if token.word in _NUMBER_STARTS:
        year, taken = _spoken_year(tokens, at)
        if taken:
            return _over(tokens, at, taken, (("YEARNUM", year), ("BAREYEAR", year))), taken
        number, taken = _spoken_number(tokens, at)
        return _over(tokens, at, taken, (("NUM", number),)), taken
    if token.text[0].isdigit() or (token.word[0] == "'" and len(token.word) > 2):
        return _numeric(tokens, at)
    if token.word.startswith("fy") and token.word[-1].isdigit():
        return _over(tokens, at, 1, (("YEARNUM", int(token.word[2:])), ("BAREYEAR", int(token.word[2:])))), 1
    if token.word[-1].isdigit():
        name = "QUARTERNUM" if token.word[0] == "q" else "HALFNUM"
        return _over(tokens, at, 1, ((name, int(token.word[1])),)), 1
    dotted = token.word + "."
    if dotted in _DOTTED and token.text[0].isupper() and at + 1 < len(tokens) and _is_dot(tokens, at + 1):
        return _over(tokens, at, 2, _word_classes(dotted, capital=True)), 2
    ordinal, taken = _spoken_ordinal(tokens, at)
    if taken:
        return _over(tokens, at, taken, (("ORD", ordinal),)), taken
    return _over(tokens, at, 1, _word_classes(token.word, capital=token.text[0].isupper())), 1


def _over(tokens: Sequence[_Token], at: int, taken: int, classes: tuple[tuple[str, object], ...]) -> Lexeme:
    word = " ".join(token.word for token in tokens[at : at + taken])
    return Lexeme(
        start=tokens[at].start,
        end=tokens[at + taken - 1].end,
        word=word,
        classes=(("=" + word, None), *classes),
        joined=tokens[at].joined,
    )


def _is_dot(tokens: Sequence[_Token], at: int) -> bool:
    return tokens[at].word == "." and tokens[at].start == tokens[at - 1].end


def _word_classes(word: str, capital: bool) -> tuple[tuple[str, object], ...]:
    if word in lexicon.CAPITAL_ONLY and not capital:
        return ()
    return _WORDS.get(word, ())


def _numeric(tokens: Sequence[_Token], at: int) -> tuple[Lexeme, int]:
    """A lexeme that is written in digits."""
    token = tokens[at]
    if at and tokens[at - 1].end == token.start and tokens[at - 1].text[-1].isalnum():
        return _over(tokens, at, 1, ()), 1
    classes: list[tuple[str, object]] = []
    if token.word == "9/11":
        return _over(tokens, at, 1, ()), 1
    if token.word.endswith(("1/2", "½")):
        classes.append(("NUM", int(token.word.removesuffix("1/2").removesuffix("½")) + 0.5))
    elif token.word.count("-") == 2 or "/" in token.word:
        day = _day(token.word)
        classes += [("DATENUM", day)] if day is not None else []
    elif ":" in token.word or (token.word.count(".") == 1 and _half_day_follows(tokens, at)):
        hours, minutes = (int(part) for part in re.split("[:.]", token.word))
        classes += [("CLOCK", (hours, minutes))] if hours < 25 and minutes < 60 else []
    elif token.word[0] == "'":
        digits = token.word.strip("'s")
        year = int(digits) + (2000 if int(digits) < 40 else 1900)
        classes.append(("DECADE", year // 10) if token.word.endswith("s") else ("SHORTYEAR", year))
    elif match := _ORDINAL.fullmatch(token.word):
        classes.append(("ORD", int(match[1])))
    elif token.word.endswith("s"):
        decade = _decade(token.word)
        classes += [("DECADE" if len(token.word) > 3 else "SHORTDECADE", decade)] if decade is not None else []
    else:
        return _number(tokens, at)
    return _over(tokens, at, 1, tuple(classes)), 1


def _number(tokens: Sequence[_Token], at: int) -> tuple[Lexeme, int]:
    token = tokens[at]
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and after.word in lexicon.SCALES:
        return _over(tokens, at, 2, (("NUM", float(token.word.replace(",", "")) * lexicon.SCALES[after.word]),)), 2
    if (before is not None and before.word in "$£€¥#") or (after is not None and after.word in ("%", "percent")):
        return _over(tokens, at, 1, ()), 1
    glued = before is not None and before.end + 1 == token.start and not before.word[-1].isdigit() and token.joined
    if glued and before is not None and before.word not in lexicon.BEFORE_HYPHENED_NUMBER:
        return _over(tokens, at, 1, ()), 1
    if len(token.word) == 2 and at > 1 and before is not None and before.word == "-":
        start = tokens[at - 2]
        if len(start.word) == 4 and start.word.isdigit() and token.word.isdigit() and before.end == token.start:
            return _over(tokens, at, 1, (("TWODIGITS", int(token.word)),)), 1
    number = float(token.word.replace(",", ""))
    classes: list[tuple[str, object]] = [("NUM", int(number) if number.is_integer() else number)]
    if token.word.isdigit() and len(token.word) == 4 and 1000 <= number < 2200:
        classes.append(("YEARNUM", int(number)))
        if not _counts(before, after):
            classes.append(("BAREYEAR", int(number)))
    if token.word.isdigit() and len(token.word) == 4 and number < 2400 and number % 100 < 60:
        classes.append(("HHMM", (int(number) // 100, int(number) % 100)))
    if token.word.isdigit() and len(token.word) <= 2 and 1 <= number <= 31:
        classes.append(("DAYNUM", int(number)))
    return _over(tokens, at, 1, tuple(classes)), 1


def _counts(before: _Token | None, after: _Token | None) -> bool:
    """Whether a bare four-digit number between these counts something rather than naming a year."""
    if before is not None and before.word in lexicon.COUNTING_WORDS:
        return True
    if before is not None and before.word in lexicon.DATING_WORDS:
        return False
    return after is not None and after.word in lexicon.COUNTED_NOUNS


def _half_day_follows(tokens: Sequence[_Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].word.replace(".", "").replace(" ", "") in ("am", "pm")


def _day(word: str) -> date | None:
    """A day written in digits: 2024-11-09, or 11/09/2024 with the month first unless it cannot be."""
    if "-" in word:
        year, month, day = (int(part) for part in word.split("-"))
    else:
        month, day, year = (int(part) for part in word.split("/"))
        if month > 12:
            month, day = day, month
        if year < 100:
            year += 2000 if year < 40 else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _decade(word: str) -> int | None:
    """The first three digits of a decade written "1990s" or "90s"."""
    digits = word.rstrip("s")
    if len(digits) == 4 and digits.endswith("0") and 1000 <= int(digits) < 2200:
        return int(digits[:3])
    if len(digits) == 2 and digits.endswith("0"):
        return int(digits[0]) + 190
    return None


def _spoken_year(tokens: Sequence[_Token], at: int) -> tuple[int, int]:
    """A year in words ("nineteen ninety-six") and the tokens it takes; (0, 0) if none begins here."""
    words = [token.word for token in tokens[at : at + 3]]
    if words[0] not in lexicon.TEEN_WORDS and words[0] != "twenty":
        return 0, 0
    hundreds = _UNDER_HUNDRED[words[0]]
    if len(words) > 1 and hundreds > 10 and words[1] in lexicon.TENS_WORDS | lexicon.TEEN_WORDS:
        rest = _UNDER_HUNDRED[words[1]]
        if len(words) > 2 and words[1] in lexicon.TENS_WORDS and words[2] in lexicon.DIGIT_WORDS:
            return hundreds * 100 + rest + lexicon.DIGIT_WORDS[words[2]], 3
        return hundreds * 100 + rest, 2
    return 0, 0


def _spoken_number(tokens: Sequence[_Token], at: int) -> tuple[int, int]:
    """A number in words that begins here, and the tokens it takes."""
    total, current, taken = 0, 0, 0
    for token in tokens[at : at + NUMBER_WORDS]:
        if token.word in _UNDER_HUNDRED:
            value = _UNDER_HUNDRED[token.word]
            if taken and (current % 100 >= 20 or current % 10) and not (current % 100 >= 20 and value < 10):
                break
            if taken and current % 10:
                break
            current += value
        elif token.word == "hundred" and taken:
            current *= 100
        elif token.word in lexicon.SCALES and taken:
            total += current * lexicon.SCALES[token.word]
            current = 0
        else:
            break
        taken += 1
    return total + current, taken


def _spoken_ordinal(tokens: Sequence[_Token], at: int) -> tuple[int, int]:
    """An ordinal in words ("twenty-first") and the tokens it takes; (0, 0) if none begins here."""
    word = tokens[at].word
    if word in lexicon.ORDINAL_WORDS:
        return lexicon.ORDINAL_WORDS[word], 1
    return 0, 0


def _holiday_index(names: Mapping[str, str]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Holiday names as token words, longest first, by their first word."""
    index: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, meaning in names.items():
        words = tuple(token.word for token in _tokens(name))
        index.setdefault(words[0], []).append((words, meaning))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


def _word_index() -> dict[str, tuple[tuple[str, object], ...]]:
    tables: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("MONTH", lexicon.MONTHS),
        ("WEEKDAY", lexicon.WEEKDAYS),
        ("WEEKDAYS", {f"{name}s": number for name, number in lexicon.WEEKDAYS.items()}),
        ("SHORTWEEKDAY", lexicon.SHORT_WEEKDAYS),
        ("SEASON", lexicon.SEASONS),
        ("SEASONS", {f"{name}s": season for name, season in lexicon.SEASONS.items()}),
        ("UNIT", lexicon.UNITS),
        ("UNITS", lexicon.PLURAL_UNITS),
        ("PART", lexicon.DAY_PARTS),
        ("PARTS", {f"{name}s": part for name, part in lexicon.DAY_PARTS.items()}),
        ("NOON", lexicon.CLOCK_WORDS),
        ("DECADE", {name: tens + 190 for name, tens in lexicon.DECADE_WORDS.items()}),
        ("HALFDAY", {"am": 0, "a.m.": 0, "a.m": 0, "a. m.": 0, "pm": 12, "p.m.": 12, "p.m": 12, "p. m.": 12}),
        ("ZONE", dict.fromkeys(lexicon.ZONES)),
        ("SIDE", lexicon.SIDES),
        ("EDGE", lexicon.EDGES),
        ("EARLYLATE", lexicon.EARLY_LATE),
        ("EDGENOUN", lexicon.EDGE_NOUNS),
        ("ABOUT", lexicon.APPROXIMATORS),
        ("FREQUENCY", lexicon.FREQUENCIES),
        ("VAGUE", lexicon.VAGUE_REFERENCES),
        ("QUANTITY", dict.fromkeys(lexicon.QUANTITIES)),
    )
    index: dict[str, list[tuple[str, object]]] = {}
    for name, table in tables:
        for word, value in table.items():
            index.setdefault(word, []).append((name, value))
    return {word: tuple(classes) for word, classes in index.items()}


_HOLIDAYS = _holiday_index(lexicon.HOLIDAYS)
_WORDS = _word_index()
_DOTTED = frozenset(word for word in _WORDS if word.endswith(".") and len(word) > 2)
_UNDER_HUNDRED = lexicon.DIGIT_WORDS | lexicon.TEEN_WORDS | lexicon.TENS_WORDS
_NUMBER_STARTS = frozenset(_UNDER_HUNDRED)
