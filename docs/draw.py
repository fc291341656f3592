"""Draws the picture that docs/pictures.md shows: ``python -m docs.draw``."""

from __future__ import annotations

from pathlib import Path

from bot.chats import Theme
from bot.drawing.painting import painted
from bot.render.pictures.choosing import picture_of
from tests.story import seed_digest, shipped_trackers

FOLDER = Path(__file__).parent


def main() -> None:
    """Writes the picture."""
    picture = picture_of(seed_digest(), "troops", shipped_trackers())
    png = None if picture is None else painted(picture, Theme.LIGHT)
    if png is None:
        raise ValueError("expected figures that can be drawn, got none")
    (FOLDER / "picture-troops.png").write_bytes(png)


if __name__ == "__main__":
    main()
