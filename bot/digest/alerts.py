"""What of a story's changes deserves an alert, how urgent it is, and by what it is known again.

A story of tens of articles a day changes with each of them. An alert is for what several newsrooms tell, each counted
once: how many it takes grows with the number that wrote of the story lately, so that in a story of few articles one is
enough. The thresholds were chosen on two news stories of 270 and 400 articles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b

from bot.digest.alert import Alert, AlertKind, Mentioned, cited, key_of, sentences
from bot.digest.changes import Change
from bot.digest.lines import line
from bot.digest.model import Digest, Report, Span
from bot.digest.new_events import events
from bot.digest.new_figures import conflicts, corrections, figures
from bot.digest.new_reports import reports
from bot.digest.newsroom import Newsroom
from bot.digest.watched import Watch, first_sentence, stands_in, stems

_ONCE = frozenset({AlertKind.FIGURE_NEW, AlertKind.EVENT})  #: no news where all that they show was just shown


def alerts(old: Digest, new: Digest, changed: Iterable[Change], known: Collection[str]) -> tuple[Alert, ...]:
    """What is worth an alert in ``new``, the most important first; ``changed`` is what it says that ``old`` did not.

    ``known`` are the first keys of all alerts that the story has given rise to; none of them comes again. The same
    digest with the same ``known`` gives the same alerts, so that an article that is read again brings none.
    """
    desk = Newsroom(old=old, new=new)
    if not desk.fresh:
        return ()
    found: dict[str, Alert] = {}
    said: set[tuple[int, Span]] = set()
    for alert in _candidates(desk, tuple(changed), known):
        shown = sentences(alert.told)
        is_again = alert.kind in _ONCE and shown <= said
        if not is_again and not any(key in known or key in found for key in alert.keys):
            found[alert.keys[0]] = alert
            said |= shown
    told = frozenset().union(*(cited(alert.told) for alert in found.values()))
    for alert in reports(desk, {*known, *found}, told):
        if alert.keys[0] not in known:
            found[alert.keys[0]] = alert
    return tuple(sorted(found.values(), key=lambda alert: (-alert.urgent, -alert.importance, alert.keys)))


def mentioned(watch: Watch, report: Report, number: int) -> Alert | None:
    """The alert for a watch that an article has the words of; ``number`` is the article's in the story.

    Its key names the sentence: two watches that find one give one alert, and so do two articles that share it.
    """
    text = report.article.text
    found = first_sentence(watch, text, [sentence.span.of(text) for sentence in report.sentences])
    if found is None:
        return None
    sentence = report.sentences[found].span.of(text)
    words = tuple(term for term in watch.any_of or watch.must if stands_in((term,), sentence))
    told = " ".join(stems(sentence))
    return Alert(
        keys=(key_of("watched", blake2b(told.encode(), digest_size=8).hexdigest()),),
        kind=AlertKind.WATCHED,
        told=Mentioned(words=words, line=line(number, report, found)),
        importance=1.0,
    )


def _candidates(desk: Newsroom, changed: tuple[Change, ...], known: Collection[str]) -> Iterator[Alert]:
    yield from corrections(desk)
    yield from figures(desk, changed, known)
    yield from conflicts(desk, changed, known)
    yield from events(desk, known)
