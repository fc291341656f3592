"""Which command has which picture."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest.model import Digest, Tracker
from bot.render.pictures.figures import figures_picture
from bot.render.pictures.timeline import timeline_picture
from bot.render.pictures.values import Picture

TIMELINE = "timeline"


def picture_of(digest: Digest, command: str, trackers: Sequence[Tracker]) -> Picture | None:
    """The picture of a command's answer; None for a command without one, and when nothing can be drawn."""
    if command == TIMELINE:
        return timeline_picture(digest)
    tracker = next((tracker for tracker in trackers if tracker.command == command), None)
    return None if tracker is None else figures_picture(digest, tracker)
