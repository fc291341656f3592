"""When an article came in another version, and the words it has otherwise: those before beside those now, verbatim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from bot.digest.model import Change, Revision, Source
from bot.render.html import Html, code, italic, join, quote, said, text
from bot.render.layout import CUT, QUOTE_LIMIT, units
from bot.render.snippets import is_cut_of
from bot.render.words import pattern, phrase, say, say_many

UPDATED = phrase("✏️ updated {moment:d MMM y, HH:mm} UTC: {changes}")
TITLE_WAS = phrase("title was: “{words}”")
WAS = phrase("was: “{words}”")
NOW = phrase("now: “{words}”")
TAKEN_OUT = phrase("taken out: “{words}”")
PUT_IN = phrase("put in: “{words}”")
THE_REST = phrase("the rest: {command}")
NOT_KEPT = phrase("more was changed than I kept")
GLANCE = 700  #: UTF-16 units of the words that a list of articles shows of an update
WHOLE = 3_000  #: and of those that an article by itself shows of each
AROUND = 10  #: words kept before and after what differs in two long sentences


def glance(source: Source) -> list[Html]:
    """The last update of an article, for a list: when, how much, and the first words; empty where there was none."""
    if not source.revisions:
        return []
    return _told(source.revisions[-1], GLANCE, said(THE_REST, command=code(f"/sources {source.number}")))


def whole(source: Source) -> Iterator[list[Html]]:
    """Every update of an article that is kept, the newest first."""
    for revision in reversed(source.revisions):
        yield _told(revision, WHOLE, said(NOT_KEPT))


def beside(change: Change, at: Revision) -> list[Html]:
    """What became of one sentence, and when."""
    return [italic(updated(at)), quote(join([text(line) for line in _lines(change)], "\n"))]


def updated(revision: Revision) -> str:
    """ "✏️ updated 6 Nov 2024, 14:05 UTC: 2 sentences changed · 3 updates so far" """
    changes = []
    if revision.sentences:
        changes.append(say_many("{number} sentence changed", "{number} sentences changed", revision.sentences))
    if revision.title is not None:
        changes.append(say("another title"))
    line = say(UPDATED, moment=revision.at, changes=", ".join(changes))
    if revision.number == 1:
        return line
    return f"{line} · {say_many('{number} update so far', '{number} updates so far', revision.number)}"


def is_sound(line: str, source: Source) -> bool:
    """Whether a line tells of an update of this article: the words before were kept, those now stand in it."""
    own = (say(THE_REST, command=f"/sources {source.number}"), say(NOT_KEPT))
    if source.revisions and (line in own or line in map(updated, source.revisions)):
        return True
    return any(_is_said(line, revision, source) for revision in source.revisions)


def _is_said(line: str, revision: Revision, source: Source) -> bool:
    kept = {
        TITLE_WAS: [revision.title],
        WAS: [change.before for change in revision.changes if change.after is not None],
        TAKEN_OUT: [change.before for change in revision.changes if change.after is None],
        NOW: [change.after for change in revision.changes if change.before is not None],
        PUT_IN: [change.after for change in revision.changes if change.before is None],
    }
    is_newest = revision is source.revisions[-1]
    now = " ".join(source.article.text.split())
    for words, sentences in kept.items():
        found = pattern(words, words=".+").fullmatch(line)
        if found is None or not any(sentence and is_cut_of(found["words"], sentence) for sentence in sentences):
            continue
        if words not in (NOW, PUT_IN) or not is_newest or is_cut_of(found["words"], now):
            return True
    return False


def _told(revision: Revision, room: int, rest: Html) -> list[Html]:
    """An update in lines; ``rest`` says where more of it is, when its words do not fit the room."""
    blocks = [] if revision.title is None else [[say(TITLE_WAS, words=_cut(revision.title))]]
    blocks += [_lines(change) for change in revision.changes]
    shown: list[Html] = []
    for block in blocks:
        lines = [text(line) for line in block]
        if sum(map(units, [*shown, *lines])) > room:
            break
        shown += lines
    if sum(map(len, blocks)) > len(shown) or revision.sentences > len(revision.changes):
        shown.append(rest)
    return [italic(updated(revision)), quote(join(shown, "\n"))]


def _lines(change: Change) -> list[str]:
    """A sentence before and now; of two long ones what differs, with some words around it."""
    if change.before is None:
        return [say(PUT_IN, words=_cut(change.after or ""))]
    if change.after is None:
        return [say(TAKEN_OUT, words=_cut(change.before))]
    was, now = change.before, change.after
    if max(len(was), len(now)) > GLANCE // 3:
        was, now = _what_differs(was.split(), now.split())
    return [say(WAS, words=_cut(was)), say(NOW, words=_cut(now))]


def _what_differs(was: list[str], now: list[str]) -> tuple[str, str]:
    """The two without most of what they begin and end with alike."""
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(was, now, strict=False)))
    begin = max(0, alike - AROUND)
    behind = list(zip(reversed(was[alike:]), reversed(now[alike:]), strict=False))
    end = max(0, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], behind)) - AROUND)
    return _between(was, begin, end), _between(now, begin, end)


def _between(words: list[str], begin: int, end: int) -> str:
    """Words without some at the beginning and at the end, with the sign for a cut."""
    kept = words[begin : len(words) - end]
    return " ".join([*([CUT] if begin else []), *kept, *([CUT] if end else [])])


def _cut(words: str) -> str:
    return words if len(words) <= QUOTE_LIMIT else f"{words[:QUOTE_LIMIT].rsplit(' ', 1)[0]} {CUT}"
