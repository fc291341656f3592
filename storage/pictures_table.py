"""The pictures that messages show: a document each, found by what they show."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.outbox import PictureKey
from storage.codec import picture_text, read_picture
from storage.durable import DurableDB, DurableTable
from storage.rows import KeptPicture

PICTURES = "pictures"


class PicturesTable:
    """The pictures, decoded when they are asked for; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(PICTURES)
        self._ids: dict[PictureKey, int] = {}
        self._kept: dict[int, KeptPicture] = {}  # without their PNGs
        database.storage.watch(PICTURES, self._changed)

    def keep(self, key: PictureKey, png: bytes, now: datetime) -> None:
        """Keeps a picture that is not there yet."""
        if key not in self._ids:
            self._table.add(picture_text(KeptPicture(key=key, png=png, kept=now)))

    def png(self, key: PictureKey) -> bytes | None:
        """The picture itself."""
        found = self._read(key)
        return None if found is None else found.png

    def file_id(self, key: PictureKey, bot: int) -> str | None:
        """Under which id Telegram has it."""
        return dict(self._kept[self._ids[key]].file_ids).get(bot) if key in self._ids else None

    def keep_file_id(self, key: PictureKey, bot: int, file_id: str | None) -> None:
        """Notes the id, or that there is none."""
        found = self._read(key)
        if found is not None:
            others = tuple(pair for pair in found.file_ids if pair[0] != bot)
            ids = others if file_id is None else (*others, (bot, file_id))
            self._table.put(self._ids[key], picture_text(replace(found, file_ids=ids)))

    def prune(self, before: datetime) -> int:
        """Drops what is kept since before a moment, and counts it."""
        old = [number for number, picture in self._kept.items() if picture.kept < before]
        self._table.drop(dict.fromkeys(old))
        return len(old)

    def _read(self, key: PictureKey) -> KeptPicture | None:
        text = self._table.text(self._ids[key]) if key in self._ids else None
        return None if text is None else read_picture(text)

    def _changed(self, number: int, text: str | None) -> None:
        old = self._kept.pop(number, None)
        if old is not None:
            self._ids.pop(old.key, None)
        if text is not None:
            found = read_picture(text)
            self._kept[number] = replace(found, png=b"")
            self._ids[found.key] = number
