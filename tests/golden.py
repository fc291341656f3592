"""The golden messages: what the bot answers about the seeds, word for word.

``python -m tests.golden`` writes them anew after a change that is meant; the difference is then read in review.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.render.answer import answer, briefing
from bot.render.message import Message, Question, View
from bot.render.words import speaking
from tests.story import seed_digest, shipped_trackers

FOLDER = Path(__file__).parent / "gold" / "messages"
PAGES = 12  #: more than any answer about the seeds has


def messages() -> Iterator[tuple[str, str]]:
    """File name and text of every golden message."""
    for command in ("summary", "troops", "casualties", "timeline", "conflicts", "sources"):
        for number, message in enumerate(_pages(command), 1):
            yield f"{command}-{number}.html", _written(message)
    first = next(iter(answer(seed_digest(), Question(command="summary", view=View.SOURCES), shipped_trackers())))
    yield "summary-in-context-1.html", _written(first)
    for since in (0, 4, 5):
        for number, message in enumerate(briefing(seed_digest(), since, shipped_trackers()), 1):
            yield f"briefing-since-{since}-{number}.html", _written(message)
    with speaking("uk"):
        shown = {command: _pages(command)[0] for command in ("summary", "troops", "timeline", "sources")}
        shown["briefing-since-4"] = briefing(seed_digest(), 4, shipped_trackers())[0]
    for name, message in shown.items():
        yield f"uk-{name}-1.html", _written(message)


def _pages(command: str) -> list[Message]:
    """Every page of an answer, once."""
    pages: dict[str, Message] = {}
    for page in range(PAGES):
        for message in answer(seed_digest(), Question(command=command, page=page), shipped_trackers()):
            pages.setdefault(message.html, message)
    return list(pages.values())


def _written(message: Message) -> str:
    """The text, and below it the buttons as "[label -> data]"."""
    rows = [" ".join(f"[{button.label} -> {button.data}]" for button in row) for row in message.buttons]
    return "\n".join([message.html, "", *rows]).rstrip() + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.html"):
        old.unlink()
    for name, text in messages():
        (FOLDER / name).write_text(text, encoding="utf-8")
