"""What people write for a time of day, days of the week, a time zone, and a while: pure."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global

from bot.chats import EVERY_DAY, WEEKDAYS, Weekday
from bot.desk.zone_hints import EVERYWHERE, hinted_zones

ANYWHERE = "en"  #: the language that is read in so many countries that none is likely
MOST_NEAR = 9  #: zones that are offered before all others
ALIKE = 0.75  #: difflib's ratio from which a city may be a misspelling of another
_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>[ap])?\.?(?:m\.?)?", re.IGNORECASE)


_GROUPS = {
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekday": WEEKDAYS,
    "weekdays": WEEKDAYS,
    "weekend": EVERY_DAY[5:],
    "weekends": EVERY_DAY[5:],
}
_FILLERS = ("every", "day", "at", "on", "and", "in")
_WHILE = re.compile(r"(?P<number>\d{1,3})\s*(?P<unit>h|hours?|d|days?|w|weeks?)", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
LONGEST_WHILE = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A briefing that somebody asks for: at a time of day, on some days, in a zone."""

    at: time
    zone: str
    days: tuple[Weekday, ...] = EVERY_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTime:
    """The words hold no time of day; ``got`` is what stands in its place, "" when nothing does."""

    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoZone:
    """The time is good but its zone is not known; ``got`` is "" when none was given; ``close`` are names like it."""

    at: time
    days: tuple[Weekday, ...] = EVERY_DAY
    got: str
    close: tuple[str, ...]


def read_wish(words: Sequence[str], known_zone: str | None) -> Wish | NoTime | NoZone:
    """A wish from the words after /subscribe, in any order; ``known_zone`` serves when no zone is given."""
    days, words = _split_days(words)
    for size in (2, 1):  # "8 am" before "8"
        for ends, rest in ((words[:size], words[size:]), (words[-size:], words[:-size])):
            at = read_time(" ".join(ends))
            if at is not None and len(ends) == size:
                return _with_zone(at, days, " ".join(rest), known_zone)
    return NoTime(got=next((word for word in words if any(letter.isdigit() for letter in word)), " ".join(words[:1])))


def read_time(words: str) -> time | None:
    """A time of day: "8:00", "08:00", "8.30", "8am", "8:30 pm"; a bare hour needs am or pm."""
    match = _TIME.fullmatch(words.strip())
    if match is None or (match["minute"] is None and match["half"] is None):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_days(words: str) -> tuple[Weekday, ...] | None:
    """Days of the week: "daily", "weekdays", "weekends", "mon", "Monday,Wednesday", "mon-fri", "fri-mon"."""
    if words.lower() in _GROUPS:
        return _GROUPS[words.lower()]
    found: set[Weekday] = set()
    for part in words.lower().split(","):
        first, _, last = part.partition("-")
        one, other = _day(first), _day(last or first)
        if one is None or other is None:
            return None
        found.update(Weekday((one + shift) % 7) for shift in range((other - one) % 7 + 1))
    return tuple(sorted(found))


def read_while(words: str) -> timedelta | None:
    """A while: "3d", "12 hours", "2 weeks"; at most a year."""
    match = _WHILE.fullmatch(words.strip())
    if match is None or int(match["number"]) == 0:
        return None
    found = timedelta(hours=int(match["number"]) * _HOURS[match["unit"][0].lower()])
    return found if found <= LONGEST_WHILE else None


def read_zone(words: str) -> str | None:
    """The IANA name that ``words`` mean, in any case, with spaces or underscores, or by a city that is one zone's."""
    folded = _folded(words)
    return _zones().get(folded) or _cities().get(folded)


def close_zones(words: str, most: int = 3) -> tuple[str, ...]:
    """Zone names that ``words`` may mean: an abbreviation's cities, or cities spelt much like it; the nearest first."""
    if hinted := hinted_zones(words):
        return hinted[:most]
    city = _folded(words).rpartition("/")[2]
    alike = difflib.get_close_matches(city, [name for name in _cities() if name[:1] == city[:1]], most, ALIKE)
    found = tuple(_cities()[name] for name in alike)
    return tuple(name for name in found if name in zones_to_offer()) or found  # not "Europe/Kiev" beside "Europe/Kyiv"


def load_zones() -> None:
    """Reads the names of all zones, some tens of milliseconds from disk, so that no answer has to."""
    _cities()
    zones_to_offer()


@cache
def zones_to_offer() -> tuple[str, ...]:
    """The zones that a list should show: those in use today in some country, without the old names of the same."""
    return tuple(sorted({name for names in _zones_by_country().values() for name in names}))


@cache
def zones_near(tag: str) -> tuple[str, ...]:
    """The zones of the country that a language's tag names, "en-GB", else of the one where it is likeliest to be read.

    Likely by Unicode's likely subtags. One for each time that is kept there, in the order of tzdata's table, at most
    `MOST_NEAR`. English is read everywhere, so without a country it tells of none, as an unknown language does.
    """
    spoken, *rest = tag.lower().replace("_", "-").split("-")
    country = next((part.upper() for part in rest if len(part) == 2), "")
    if country not in _zones_by_country() and spoken != ANYWHERE:
        country = get_global("likely_subtags").get(spoken, "").rpartition("_")[2]
    kept: dict[tuple[timedelta | None, ...], str] = {}
    for name in _zones_by_country().get(country, ()):
        kept.setdefault(_offsets(name), name)
    return tuple(kept.values())[:MOST_NEAR] or EVERYWHERE


@cache
def _zones_by_country() -> dict[str, list[str]]:
    """The zones of each country, by its two letters; last those whose first country is another."""
    known, found = set(_zones().values()), defaultdict[str, list[str]](list)
    for country, name in _table("zone.tab"):
        if name in known:
            found[country].append(name)
    first = {name: countries.partition(",")[0] for countries, name in _table("zone1970.tab")}
    return {country: sorted(names, key=_is_anothers(country, first)) for country, names in found.items()}


def _is_anothers(country: str, first: Mapping[str, str]) -> Callable[[str], bool]:
    """Whether a zone is kept in another country in the first place."""
    return lambda name: first.get(name, country) != country


def _table(file: str) -> Iterator[tuple[str, str]]:
    """The countries and the name of each zone in one of tzdata's tables, in its order."""
    text = resources.files("tzdata").joinpath("zoneinfo", file).read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            countries, _place, name, *_ = line.split("\t")
            yield countries, name


def _split_days(words: Sequence[str]) -> tuple[tuple[Weekday, ...], Sequence[str]]:
    """The days that some of the words name, every day when none does, and the other words."""
    named = [found for word in words if (found := read_days(word.strip(","))) is not None]
    others = [word for word in words if read_days(word.strip(",")) is None and word.lower() not in _FILLERS]
    return tuple(sorted({day for days in named for day in days})) or EVERY_DAY, others


def _day(word: str) -> Weekday | None:
    """The day of the week that a word names, whole, in the plural, or by three or more letters."""
    word = word.strip(". ").removesuffix("s")
    if len(word) < 3:
        return None
    return next((day for day in Weekday if day.name.lower().startswith(word)), None)


def _with_zone(at: time, days: tuple[Weekday, ...], words: str, known_zone: str | None) -> Wish | NoZone:
    zone = read_zone(words) if words else known_zone
    if zone is None:
        return NoZone(at=at, days=days, got=words, close=close_zones(words) if words else ())
    return Wish(at=at, zone=zone, days=days)


def _folded(words: str) -> str:
    return re.sub(r"[\s_]+", "_", words.strip()).lower()


@cache
def _zones() -> dict[str, str]:
    """Folded name -> name; abbreviations such as "EST5EDT" are left out, for they keep no summer time or mislead."""
    names = sorted(available_timezones())
    return {_folded(name): name for name in names if "/" in name or name in ("UTC", "GMT")}


@cache
def _cities() -> dict[str, str]:
    """City -> zone, where all zones that have such a city keep the same time."""
    found: dict[str, list[str]] = {}
    for name in _zones().values():
        city = name.rpartition("/")[2]
        if "/" in name and not name.startswith("Etc/") and not city.isupper():
            found.setdefault(_folded(city), []).append(name)
    return {city: _plainest(names) for city, names in found.items() if len(names) == 1 or _same_time(names)}


def _plainest(names: Sequence[str]) -> str:
    """Of several names of one zone, "Europe/..." rather than "Asia/...", and neither with a part in the middle."""
    return max(names, key=lambda name: (-name.count("/"), name))


def _same_time(names: Sequence[str]) -> bool:
    return len({_offsets(name) for name in names}) == 1


def _offsets(name: str) -> tuple[timedelta | None, ...]:
    """The zone's distances from Greenwich in the two halves of a year."""
    zone = ZoneInfo(name)
    return tuple(datetime(2024, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
