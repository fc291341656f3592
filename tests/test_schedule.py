"""When a briefing is due: one a calendar day, in every zone, across every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.due import DAY, Occurrence, first_due, last_due, occurrence, owed
from bot.desk.times import NoTime, NoZone, close_zones, read_schedule, read_time, read_zone
from bot.desk.zone_hints import ABBREVIATED, BY_MINUTES
from bot.outbox import ChatId
from bot.ports import Chat, Mark, Schedule

ZONES = sorted(available_timezones())
schedules = st.builds(
    Schedule, at=st.times().map(lambda at: at.replace(second=0, microsecond=0)), zone=st.sampled_from(ZONES)
)
moments = st.datetimes(datetime(1975, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))


def chat(schedule: Schedule, since: datetime, mark: Mark | None = None) -> Chat:
    return Chat(id=ChatId(1), schedule=schedule, since=since, mark=mark)


def marked(schedule: Schedule, day: date) -> Mark:
    return Mark(schedule=schedule, day=day, story="s", revision=1)


def sent_days(schedule: Schedule, since: datetime, looks: list[datetime]) -> list[date]:
    """The days briefed when the store is asked at each of ``looks``, in that order."""
    mark, days = None, []
    for now in looks:
        found = owed(chat(schedule, since, mark), now)
        if found is not None:
            mark = marked(schedule, found.day)
            days.append(found.day)
    return days


def changes_of(zone: str) -> list[date]:
    """The days of 2023 to 2026 on which the zone's offset changes."""
    days = [date(2023, 1, 1) + number * DAY for number in range(4 * 365)]
    offsets = [datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).utcoffset() for day in days]
    return [day for day, before, after in zip(days[1:], offsets, offsets[1:], strict=False) if before != after]


def test_every_zone_has_one_briefing_a_date_across_every_change_of_its_clocks() -> None:
    looked = 0
    for zone in ZONES:
        for change in changes_of(zone) or [date(2024, 2, 29)]:
            for at in (time(0, 30), time(2, 30)):
                schedule = Schedule(at=at, zone=zone)
                start = occurrence(schedule, change - 2 * DAY).moment - timedelta(seconds=1)
                looks = [start + timedelta(hours=2) * number for number in range(12 * 4 + 6)]

                days = sent_days(schedule, start, looks)

                assert days[:4] == [change + shift * DAY for shift in (-2, -1, 0, 1)], (zone, schedule)
                looked += 1
    assert looked > 1500


@pytest.mark.parametrize(
    ("zone", "at", "day", "moment"),
    [
        ("Europe/Kyiv", time(3, 30), date(2024, 3, 31), datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),  # in the gap
        ("Europe/Kyiv", time(3, 30), date(2024, 10, 27), datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),  # the first of two
        ("Africa/Cairo", time(0, 0), date(2024, 4, 26), datetime(2024, 4, 25, 22, 0, tzinfo=UTC)),  # gap at midnight
        ("America/Havana", time(0, 30), date(2024, 3, 10), datetime(2024, 3, 10, 5, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", time(1, 45), date(2024, 4, 7), datetime(2024, 4, 6, 14, 45, tzinfo=UTC)),
        ("Asia/Kathmandu", time(8, 0), date(2024, 11, 12), datetime(2024, 11, 12, 2, 15, tzinfo=UTC)),
    ],
)
def test_a_skipped_time_counts_before_the_gap_and_a_doubled_one_the_first_time(
    zone: str, at: time, day: date, moment: datetime
) -> None:
    assert occurrence(Schedule(at=at, zone=zone), day) == Occurrence(moment=moment, day=day)


def test_a_calendar_day_that_a_country_skipped_gives_one_briefing() -> None:
    schedule = Schedule(at=time(8), zone="Pacific/Apia")  # had no 30 December 2011
    since = datetime(2011, 12, 28, tzinfo=UTC)

    days = sent_days(schedule, since, [since + timedelta(hours=hour) for hour in range(24 * 5)])

    assert days == [date(2011, 12, 28), date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1), date(2012, 1, 2)]


@given(schedules, moments)
def test_the_last_occurrence_is_past_and_at_most_two_days_old(schedule: Schedule, now: datetime) -> None:
    found = last_due(schedule, now)

    assert now - timedelta(hours=49) < found.moment <= now
    assert occurrence(schedule, found.day) == found
    assert occurrence(schedule, found.day + DAY).moment > now


@given(schedules, moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), min_size=1, max_size=12))
def test_no_day_is_briefed_twice_however_the_clock_is_moved(
    schedule: Schedule, since: datetime, shifts: list[timedelta]
) -> None:
    days = sent_days(schedule, since, [since + shift for shift in shifts])

    assert days == sorted(set(days))


@given(schedules, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_however_late_only_the_newest_is_owed(schedule: Schedule, since: datetime, late: timedelta) -> None:
    now = since + late
    found = owed(chat(schedule, since), now)

    newest = last_due(schedule, now)
    assert found == (newest if newest.moment > since else None)


@given(schedules, moments, st.timedeltas(timedelta(seconds=1), timedelta(days=3)))
def test_the_derived_moment_says_exactly_when_something_is_owed(
    schedule: Schedule, since: datetime, later: timedelta
) -> None:
    mark = marked(schedule, last_due(schedule, since).day)
    derived = first_due(schedule, since, mark).moment

    now = since + later
    assert (owed(chat(schedule, since, mark), now) is not None) == (derived <= now)


def test_a_changed_time_is_briefed_the_same_day() -> None:
    eight, twenty = Schedule(at=time(8), zone="UTC"), Schedule(at=time(20), zone="UTC")
    day = date(2024, 11, 12)
    changed = chat(twenty, datetime(2024, 11, 12, 9, tzinfo=UTC), marked(eight, day))

    assert owed(changed, datetime(2024, 11, 12, 19, 59, tzinfo=UTC)) is None
    assert owed(changed, datetime(2024, 11, 12, 20, 0, tzinfo=UTC)) == occurrence(twenty, day)


def test_nothing_is_owed_from_before_the_subscription() -> None:
    late = chat(Schedule(at=time(8), zone="UTC"), datetime(2024, 11, 12, 8, 0, 1, tzinfo=UTC))

    assert owed(late, datetime(2024, 11, 13, 7, 59, tzinfo=UTC)) is None
    assert owed(Chat(id=ChatId(1)), datetime(2024, 11, 13, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("8:00", time(8)),
        ("08:00", time(8)),
        ("8.30", time(8, 30)),
        ("8am", time(8)),
        ("8 AM", time(8)),
        ("8:05 p.m.", time(20, 5)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("23:59", time(23, 59)),
        ("8", None),
        ("24:00", None),
        ("13pm", None),
        ("0am", None),
        ("8:60", None),
        ("eight", None),
        ("8:00x", None),
        ("", None),
    ],
)
def test_times_of_day(words: str, expected: time | None) -> None:
    assert read_time(words) == expected


@pytest.mark.parametrize(
    ("words", "zone"),
    [
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("europe/KYIV", "Europe/Kyiv"),
        ("America/New York", "America/New_York"),
        ("new york", "America/New_York"),
        ("Seoul", "Asia/Seoul"),
        ("Paris", "Europe/Paris"),
        ("kyiv", "Europe/Kyiv"),
        ("Istanbul", "Europe/Istanbul"),
        ("Buenos Aires", "America/Buenos_Aires"),
        ("utc", "UTC"),
        ("Mars", None),
        ("west", None),
        ("", None),
    ],
)
def test_zone_names(words: str, zone: str | None) -> None:
    assert read_zone(words) == zone


def test_close_zone_names() -> None:
    assert close_zones("Europe/Kiyv")[0] == "Europe/Kyiv"
    assert close_zones("Seul")[0] == "Asia/Seoul"
    assert close_zones("asia/tokio") == ("Asia/Tokyo",)
    assert close_zones("Lodon") == ("Europe/London",)


@pytest.mark.parametrize("words", ["qqqqqq", "Foo/Bar", "Mars/Phobos", "home", "here", "abc", "delhi", "GMT+99", "+"])
def test_nonsense_gets_no_city_that_is_only_spelt_a_little_like_it(words: str) -> None:
    assert close_zones(words) == ()


@pytest.mark.parametrize(
    ("words", "zones"),
    [
        ("CET", ("Europe/Paris", "Europe/Berlin", "Europe/Warsaw")),
        ("est", ("America/New_York", "America/Toronto")),
        ("MSK", ("Europe/Moscow",)),
        ("PST", ("America/Los_Angeles", "America/Vancouver")),
        ("EET", ("Europe/Athens", "Europe/Kyiv", "Africa/Cairo")),
        ("IST", ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin")),
        ("JST", ("Asia/Tokyo",)),
        ("GMT+2", ("Europe/Athens", "Africa/Johannesburg")),
        ("UTC +02:00", ("Europe/Athens", "Africa/Johannesburg")),
        ("utc+0530", ("Asia/Kolkata",)),
        ("-3", ("America/Sao_Paulo", "America/Argentina/Buenos_Aires")),
    ],
)
def test_abbreviations_and_distances_from_greenwich_get_cities_offered(words: str, zones: tuple[str, ...]) -> None:
    assert close_zones(words) == zones
    assert read_zone(words) is None


def test_every_city_that_can_be_offered_is_a_zone_of_its_own_name() -> None:
    offered = {zone for zones in (*ABBREVIATED.values(), *BY_MINUTES.values()) for zone in zones}

    assert len(offered) > 50
    assert offered <= set(ZONES)
    assert {read_zone(zone) for zone in offered} == offered


def test_a_city_s_distance_from_greenwich_is_the_one_it_is_offered_for() -> None:
    for minutes, zones in BY_MINUTES.items():
        for zone in zones:
            offsets = {datetime(2024, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)}
            standard = min(offset for offset in offsets if offset is not None)
            assert standard == timedelta(minutes=minutes), zone


@pytest.mark.parametrize(
    ("words", "known", "expected"),
    [
        ("08:00 Europe/Kyiv", None, Schedule(at=time(8), zone="Europe/Kyiv")),
        ("Europe/Kyiv 8 am", None, Schedule(at=time(8), zone="Europe/Kyiv")),
        ("7:15 New York", None, Schedule(at=time(7, 15), zone="America/New_York")),
        ("7:15", "Asia/Seoul", Schedule(at=time(7, 15), zone="Asia/Seoul")),
        ("7:15", None, NoZone(at=time(7, 15), got="", close=())),
        ("7:15 Nowhere", "Asia/Seoul", NoZone(at=time(7, 15), got="Nowhere", close=())),
        ("25:00 Europe/Kyiv", None, NoTime(got="25:00")),
        ("Europe/Kyiv 25:00", None, NoTime(got="25:00")),
        ("Europe/Kyiv", None, NoTime(got="Europe/Kyiv")),
    ],
)
def test_words_after_subscribe(words: str, known: str | None, expected: object) -> None:
    assert read_schedule(words.split(), known) == expected


def test_every_zone_that_can_be_chosen_exists() -> None:
    found = [zone for zone in (read_zone(name) for name in ZONES) if zone is not None]

    assert len(found) > 400
    for zone in found:
        ZoneInfo(zone)
