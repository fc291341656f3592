"""When a briefing is due: one a calendar day and schedule, in every zone, across every change of the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chats import EVERY_DAY, WEEKDAYS, Away, Chat, Choices, Quiet, Schedule, Weekday
from bot.desk.due import (
    BEGINNING,
    DAY,
    GRACE,
    Held,
    Occurrence,
    Owed,
    first_due,
    last_due,
    next_moment,
    occurrence,
    owed,
    quiet_until,
)
from bot.desk.times import NoTime, NoZone, Wish, close_zones, read_days, read_time, read_while, read_wish, read_zone
from bot.desk.zone_hints import ABBREVIATED, BY_MINUTES
from bot.outbox import ChatId

ZONES = sorted(available_timezones())
LONG_AGO = datetime(1970, 1, 5, tzinfo=UTC)
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.sets(st.sampled_from(EVERY_DAY), min_size=1).map(lambda found: tuple(sorted(found)))
schedules = st.builds(Schedule, at=times, days=days, since=st.just(LONG_AGO))
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(1975, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))


def daily(at: time, since: datetime = LONG_AGO, done: date | None = None) -> Schedule:
    return Schedule(at=at, since=since, done=done)


def chat(zone: str, *wanted: Schedule, away: Away | None = None, quiet: Quiet | None = None) -> Chat:
    return Chat(id=ChatId(1), zone=zone, schedules=wanted, away=away, choices=Choices(quiet=quiet))


def briefed(subscribed: Chat, looks: list[datetime]) -> list[tuple[time, date]]:
    """The times and days briefed when the store is asked at each of ``looks``, in that order."""
    found = []
    for now in looks:
        due = owed(subscribed, now)
        if isinstance(due, Owed):
            subscribed = due.after
            found.append((due.newest.at, due.newest.day))
    return found


def changes_of(zone: str) -> list[date]:
    """The days of 2025 and 2026 on which the zone's offset changes."""
    every = [date(2025, 1, 1) + number * DAY for number in range(2 * 365)]
    offsets = [datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone)).utcoffset() for day in every]
    return [day for day, before, after in zip(every[1:], offsets, offsets[1:], strict=False) if before != after]


def test_every_zone_has_one_briefing_a_date_and_schedule_across_every_change_of_its_clocks() -> None:
    looked = 0
    for zone in ZONES:
        for change in changes_of(zone) or [date(2024, 2, 29)]:
            start = occurrence(time(0, 30), zone, change - 2 * DAY).moment - timedelta(seconds=1)
            looks = [start + timedelta(hours=1) * number for number in range(24 * 4)]

            found = briefed(chat(zone, daily(time(0, 30), start), daily(time(2, 30), start)), looks)

            expected = [(at, change + shift * DAY) for shift in (-2, -1, 0, 1) for at in (time(0, 30), time(2, 30))]
            assert sorted(found[:8]) == sorted(expected), (zone, change)
            looked += 1
    assert looked > 700


def test_two_years_of_every_zone_have_every_date_once() -> None:
    first, last = date(2025, 1, 1), date(2026, 12, 31)
    every = [first + number * DAY for number in range((last - first).days + 1)]
    for zone in ZONES:
        schedule = daily(time(2, 30), occurrence(time(2, 30), zone, first).moment - timedelta(seconds=1))
        found = []
        for _ in every:
            due = first_due(schedule, zone, BEGINNING)
            found.append(due.day)
            schedule = replace(schedule, done=due.day)

        assert found == every, zone


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
    assert occurrence(at, zone, day) == Occurrence(moment=moment, day=day, at=at)


def test_a_calendar_day_that_a_country_skipped_gives_one_briefing() -> None:
    since = datetime(2011, 12, 28, tzinfo=UTC)

    found = briefed(
        chat("Pacific/Apia", daily(time(8), since)),  # had no 30 December 2011
        [since + timedelta(hours=hour) for hour in range(24 * 5)],
    )

    assert [day.day for _, day in found] == [28, 29, 31, 1, 2]


@given(schedules, zones, moments)
def test_the_last_occurrence_is_past_and_of_this_week(schedule: Schedule, zone: str, now: datetime) -> None:
    found = last_due(schedule, zone, now)

    assert now - timedelta(days=8, hours=25) < found.moment <= now
    assert found.day.weekday() in schedule.days
    assert occurrence(schedule.at, zone, found.day) == found


@given(schedules, zones, moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), min_size=1, max_size=12))
def test_no_day_is_briefed_twice_however_the_clock_is_moved(
    schedule: Schedule, zone: str, since: datetime, shifts: list[timedelta]
) -> None:
    found = briefed(chat(zone, replace(schedule, since=since)), [since + shift for shift in shifts])

    assert found == sorted(set(found))


@given(schedules, zones, zones, moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=4)), max_size=8))
def test_no_day_is_briefed_twice_when_the_zone_changes(
    schedule: Schedule, zone: str, other: str, since: datetime, shifts: list[timedelta]
) -> None:
    subscribed = chat(zone, replace(schedule, since=since))
    found = []
    for number, shift in enumerate(sorted(shifts)):
        due = owed(subscribed, since + shift)
        if isinstance(due, Owed):
            subscribed = due.after
            found.append(due.newest.day)
        subscribed = replace(subscribed, zone=(zone, other)[number % 2])

    assert found == sorted(set(found))


@given(schedules, zones, moments, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_however_late_only_the_newest_is_owed(schedule: Schedule, zone: str, since: datetime, late: timedelta) -> None:
    now = since + late
    found = owed(chat(zone, replace(schedule, since=since)), now)

    newest = last_due(schedule, zone, now)
    if newest.moment <= since:
        assert found is None
    else:
        assert isinstance(found, Owed)
        assert (found.newest, found.is_late) == (newest, now - newest.moment > GRACE)
        assert owed(found.after, now) is None


@given(st.lists(schedules, min_size=1, max_size=4, unique_by=lambda found: found.at), zones, moments, st.data())
def test_the_derived_moment_says_exactly_when_something_is_owed(
    wanted: list[Schedule], zone: str, since: datetime, data: st.DataObject
) -> None:
    subscribed = chat(zone, *(replace(schedule, since=since) for schedule in wanted))
    now = since + data.draw(st.timedeltas(timedelta(seconds=1), timedelta(days=9)))

    derived = next_moment(subscribed)

    assert derived is not None
    assert (owed(subscribed, now) is not None) == (derived <= now)


def test_a_changed_time_is_briefed_the_same_day() -> None:
    day = date(2024, 11, 12)
    changed = chat("UTC", daily(time(8), done=day), daily(time(20), datetime(2024, 11, 12, 9, tzinfo=UTC)))

    assert owed(changed, datetime(2024, 11, 12, 19, 59, tzinfo=UTC)) is None
    evening = owed(changed, datetime(2024, 11, 12, 20, 0, tzinfo=UTC))
    assert isinstance(evening, Owed)
    assert evening.newest == occurrence(time(20), "UTC", day)


def test_several_missed_schedules_bring_one_briefing_which_covers_them_all() -> None:
    since = datetime(2024, 11, 11, 0, 0, tzinfo=UTC)
    both = chat("UTC", daily(time(8), since), daily(time(20), since))

    found = owed(both, datetime(2024, 11, 13, 21, 0, tzinfo=UTC))

    assert isinstance(found, Owed)
    assert (found.newest.at, found.is_late) == (time(20), True)
    assert [schedule.done for schedule in found.after.schedules] == [date(2024, 11, 13)] * 2
    assert found.after.next_due == datetime(2024, 11, 14, 8, 0, tzinfo=UTC)


def test_weekdays_leave_the_weekend_alone() -> None:
    friday = datetime(2024, 11, 15, 0, 0, tzinfo=UTC)
    working = chat("UTC", Schedule(at=time(8), days=WEEKDAYS, since=friday))

    found = briefed(working, [friday + timedelta(hours=hour) for hour in range(24 * 5)])

    assert [day.day for _, day in found] == [15, 18, 19]


def test_nothing_is_owed_from_before_the_subscription() -> None:
    late = chat("UTC", daily(time(8), datetime(2024, 11, 12, 8, 0, 1, tzinfo=UTC)))

    assert owed(late, datetime(2024, 11, 13, 7, 59, tzinfo=UTC)) is None
    assert owed(Chat(id=ChatId(1)), datetime(2024, 11, 13, tzinfo=UTC)) is None


def test_what_falls_into_a_silence_is_not_made_up_for() -> None:
    back = datetime(2024, 11, 15, 12, 0, tzinfo=UTC)
    away = chat("UTC", daily(time(8), datetime(2024, 11, 1, tzinfo=UTC)), away=Away(until=back))

    assert owed(away, back - timedelta(hours=1)) is None
    assert owed(away, back) is None
    assert next_moment(away) == datetime(2024, 11, 16, 8, 0, tzinfo=UTC)
    assert next_moment(replace(away, away=Away())) is None


@pytest.mark.parametrize(
    ("begins", "ends", "hour", "until"),
    [
        (time(22), time(7), 21, None),
        (time(22), time(7), 22, datetime(2024, 11, 13, 7, tzinfo=UTC)),
        (time(22), time(7), 6, datetime(2024, 11, 12, 7, tzinfo=UTC)),
        (time(22), time(7), 7, None),
        (time(13), time(15), 14, datetime(2024, 11, 12, 15, tzinfo=UTC)),
        (time(13), time(15), 15, None),
    ],
)
def test_quiet_hours_hold_across_midnight(begins: time, ends: time, hour: int, until: datetime | None) -> None:
    assert quiet_until(Quiet(begins=begins, ends=ends), "UTC", datetime(2024, 11, 12, hour, tzinfo=UTC)) == until


def test_a_late_briefing_waits_for_the_end_of_the_quiet_hours_and_a_punctual_one_does_not() -> None:
    night = Quiet(begins=time(22), ends=time(7))
    since = datetime(2024, 11, 1, tzinfo=UTC)
    sleeping = chat("UTC", daily(time(6), since), quiet=night)

    punctual = owed(sleeping, datetime(2024, 11, 12, 6, 0, tzinfo=UTC))
    late = owed(sleeping, datetime(2024, 11, 12, 6, 30, tzinfo=UTC))

    assert isinstance(punctual, Owed)
    assert late == Held(until=datetime(2024, 11, 12, 7, tzinfo=UTC))
    assert isinstance(owed(sleeping, datetime(2024, 11, 12, 7, tzinfo=UTC)), Owed)


@given(zones, moments, times, times)
def test_quiet_hours_end_within_a_day_and_are_over_then(zone: str, now: datetime, begins: time, ends: time) -> None:
    if begins == ends:
        return
    quiet = Quiet(begins=begins, ends=ends)

    until = quiet_until(quiet, zone, now)

    if until is not None:
        assert now < until <= now + timedelta(hours=48)
        again = quiet_until(quiet, zone, until)
        assert again is None or again > until


@pytest.mark.parametrize("wrong", [(), (Weekday.SUNDAY, Weekday.MONDAY), (Weekday.MONDAY, Weekday.MONDAY)])
def test_a_schedule_without_days_in_order_cannot_be_built(wrong: tuple[Weekday, ...]) -> None:
    with pytest.raises(ValueError, match="expected days of the week"):
        Schedule(at=time(8), days=wrong, since=LONG_AGO)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("daily", EVERY_DAY),
        ("weekdays", WEEKDAYS),
        ("Mon", (Weekday.MONDAY,)),
        ("mondays", (Weekday.MONDAY,)),
        ("mon,wed,Friday", (Weekday.MONDAY, Weekday.WEDNESDAY, Weekday.FRIDAY)),
        ("mon-fri", WEEKDAYS),
        ("fri-mon", (Weekday.MONDAY, Weekday.FRIDAY, Weekday.SATURDAY, Weekday.SUNDAY)),
        ("tues", (Weekday.TUESDAY,)),
        ("noday", None),
        ("mo", None),
        ("", None),
    ],
)
def test_days_of_the_week(words: str, expected: tuple[Weekday, ...] | None) -> None:
    assert read_days(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3d", timedelta(days=3)),
        ("12 hours", timedelta(hours=12)),
        ("1 week", timedelta(days=7)),
        ("0d", None),
        ("60w", None),
        ("soon", None),
    ],
)
def test_a_while(words: str, expected: timedelta | None) -> None:
    assert read_while(words) == expected


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
        ("08:00 Europe/Kyiv", None, Wish(at=time(8), zone="Europe/Kyiv")),
        ("Europe/Kyiv 8 am", None, Wish(at=time(8), zone="Europe/Kyiv")),
        ("7:15 New York", None, Wish(at=time(7, 15), zone="America/New_York")),
        ("7:15", "Asia/Seoul", Wish(at=time(7, 15), zone="Asia/Seoul")),
        ("weekdays at 08:00 Kyiv", None, Wish(at=time(8), zone="Europe/Kyiv", days=WEEKDAYS)),
        ("8 am every mon, wed Seoul", None, Wish(at=time(8), zone="Asia/Seoul", days=(Weekday(0), Weekday(2)))),
        ("7:15", None, NoZone(at=time(7, 15), got="", close=())),
        ("7:15 Nowhere", "Asia/Seoul", NoZone(at=time(7, 15), got="Nowhere", close=())),
        ("25:00 Europe/Kyiv", None, NoTime(got="25:00")),
        ("Europe/Kyiv 25:00", None, NoTime(got="25:00")),
        ("Europe/Kyiv", None, NoTime(got="Europe/Kyiv")),
    ],
)
def test_words_after_subscribe(words: str, known: str | None, expected: object) -> None:
    assert read_wish(words.split(), known) == expected


def test_every_zone_that_can_be_chosen_exists() -> None:
    found = [zone for zone in (read_zone(name) for name in ZONES) if zone is not None]

    assert len(found) > 400
    for zone in found:
        ZoneInfo(zone)
