"""What reached the sandbox, counted."""

from __future__ import annotations

from bot.sandbox.sent import SentLog


def test_the_busiest_second_is_any_second_and_not_one_of_the_clocks() -> None:
    moments = iter([0.0, 0.9, 1.1, 1.2, 1.85, 5.0, 9.0])
    log = SentLog(monotonic=lambda: next(moments))
    for number in range(6):
        log.record(1, str(number))

    assert log.busiest_second() == 4


def test_an_empty_log_has_no_busiest_second() -> None:
    assert SentLog().busiest_second() == 0
