"""TinyDB on documents that last: a change costs what it touches, whatever the size of its table.

TinyDB's own table reads and writes the whole database at every change. `DurableTable` hands TinyDB's updating functions
a draft that notes what they touch. Documents are kept in memory as JSON text, so what is read is always a fresh copy.
"""

from __future__ import annotations

import json
from collections.abc import Callable, ItemsView, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, cast

from tinydb import Storage, TinyDB
from tinydb.table import Table

from storage.database_file import DatabaseFile, Place, Texts

Data = dict[str, Any]
Watcher = Callable[[int, str | None], None]  #: told of a document's id and its new JSON, None when it is gone

THERE = ""  #: stands for a table in the place of a document's text
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Step:
    """Changes that last together or not at all: each place touched, with its text before and after."""

    __slots__ = ("after", "before")

    def __init__(self) -> None:
        self.before: dict[Place, str | None] = {}
        self.after: dict[Place, str | None] = {}


class Durable(Storage):
    """All documents in memory, and each change to them as a step; for one thread at a time.

    Outside a step each change is one of its own, lasting when the call returns. Whoever opens a step makes it lasting
    by ``file.write(step.after)``, or takes it back; steps are taken back in the reverse of their order.
    """

    def __init__(self, file: DatabaseFile) -> None:
        self.file = file
        self._tables: dict[str, Texts] = file.load()
        self._watchers: dict[str, Watcher] = {}
        self._step: Step | None = None

    def read(self) -> dict[str, dict[str, Any]]:
        """Every table by name; its documents are decoded when they are looked at."""
        return {name: cast("dict[str, Any]", _View(texts)) for name, texts in self._tables.items()}

    def write(self, data: Mapping[str, Mapping[Any, Any]]) -> None:
        """Makes ``data`` the content of the database; tables as `read` gave them stay as they are."""
        with self._joined():
            for name in [name for name in self._tables if name not in data]:
                self.change(name, dict.fromkeys(self._tables[name]))
                self._note((name, None), THERE)
                del self._tables[name]
            for name, documents in data.items():
                if not isinstance(documents, _View):
                    fresh: dict[int, Data | None] = {int(key): dict(found) for key, found in documents.items()}
                    self.change(name, dict.fromkeys(self.texts(name)) | fresh)

    def close(self) -> None:
        """Gives the file up."""
        self.file.close()

    def texts(self, name: str) -> Texts:
        """The documents of a table as JSON, by id; only to be looked at, and only until the next change."""
        return self._tables.get(name, {})

    def watch(self, name: str, watcher: Watcher) -> None:
        """Tells ``watcher`` of every document of a table: all of them now, later each that changes or is taken back."""
        self._watchers[name] = watcher
        for key, text in self.texts(name).items():
            watcher(key, text)

    @contextmanager
    def step(self) -> Iterator[Step]:
        """Joins all changes inside into one step; an exception takes them back.

        Raises:
            RuntimeError: there is a step already; somebody waited inside it.
        """
        if self._step is not None:
            raise RuntimeError("expected one step at a time, got one inside another")
        self._step = step = Step()
        try:
            yield step
        except BaseException:
            self.take_back(step)
            raise
        finally:
            self._step = None
        step.after = {place: self._now(place) for place in step.before}

    def change(self, name: str, documents: Mapping[int, Data | None]) -> None:
        """Puts documents, or drops those that are None; a table that is missing is made.

        Raises:
            TypeError, ValueError: a document cannot be written as JSON; none is changed.
        """
        texts = {key: None if document is None else encode(document) for key, document in documents.items()}
        self.change_texts(name, texts)

    def change_texts(self, name: str, texts: Mapping[int, str | None]) -> None:
        """`change` for what is encoded already."""
        if self._step is None:
            with self._joined():
                self.change_texts(name, texts)
            return
        table = self._tables.get(name)
        if table is None:
            self._note((name, None), None)
            table = self._tables[name] = {}
        for key, text in texts.items():
            old = table.get(key)
            if old != text:
                self._note((name, key), old)
                self._put(name, key, text)

    def take_back(self, step: Step) -> None:
        """Makes everything as it was before ``step``, which must be the last that was not taken back.

        A document that is there again stands behind the others of its table, until the next start.
        """
        for (name, key), text in reversed(step.before.items()):
            if key is not None:
                self._put(name, key, text)
            elif text is None:
                self._tables.pop(name, None)
            else:
                self._tables.setdefault(name, {})

    @contextmanager
    def _joined(self) -> Iterator[None]:
        """Inside a step nothing of its own; outside, a step that is lasting at the end."""
        if self._step is not None:
            yield
            return
        with self.step() as step:
            yield
        try:
            self.file.write(step.after)
        except BaseException:
            self.take_back(step)
            raise

    def _put(self, name: str, key: int, text: str | None) -> None:
        table = self._tables.setdefault(name, {})
        if text is None:
            del table[key]
        else:
            table[key] = text
        if (watcher := self._watchers.get(name)) is not None:
            watcher(key, text)

    def _note(self, place: Place, before: str | None) -> None:
        if self._step is None:
            raise RuntimeError("expected a step, got a change outside one")
        self._step.before.setdefault(place, before)

    def _now(self, place: Place) -> str | None:
        name, key = place
        if key is None:
            return THERE if name in self._tables else None
        return self.texts(name).get(key)


class DurableTable(Table):
    """TinyDB's table over `Durable`; nothing it hands out is shared, so it keeps no results of queries by itself."""

    default_query_cache_capacity = 0
    _storage: Durable

    def text(self, doc_id: int) -> str | None:
        """A document as JSON; None when there is none."""
        return self._storage.texts(self.name).get(doc_id)

    def put(self, doc_id: int, text: str) -> None:
        """Puts a document, given as JSON, in the place of whatever has this id."""
        self._storage.change_texts(self.name, {doc_id: text})
        self.clear_cache()

    def add(self, text: str) -> int:
        """Puts a document, given as JSON, behind all others, and returns its id."""
        doc_id: int = self._get_next_id()  # type: ignore[no-untyped-call]
        self.put(doc_id, text)
        return doc_id

    def drop(self, doc_ids: Mapping[int, object]) -> None:
        """Removes documents by id, without decoding them."""
        self._storage.change_texts(self.name, dict.fromkeys(doc_ids))
        self.clear_cache()

    def _read_table(self) -> dict[str, Any]:
        return cast("dict[str, Any]", _View(self._storage.texts(self.name)))

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        draft = _Draft(self._storage.texts(self.name))
        updater(draft)
        self._storage.change(self.name, draft.changes())
        self.clear_cache()


class DurableDB(TinyDB):
    """TinyDB on one `DatabaseFile`."""

    table_class = DurableTable

    def __init__(self, file: DatabaseFile) -> None:
        super().__init__(file, storage=Durable)

    @property
    def storage(self) -> Durable:
        """The storage, with its steps."""
        return cast("Durable", self._storage)

    def table(self, name: str, **kwargs: object) -> DurableTable:
        """A table, made when it is missing."""
        return cast("DurableTable", super().table(name, **kwargs))


class _View(Mapping[str, Data]):
    """A table as TinyDB reads it: ids as strings, each document decoded when it is asked for."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> Data:
        try:
            text = self._texts[int(key)]
        except ValueError:
            raise KeyError(key) from None
        return cast("Data", json.loads(text))

    def __iter__(self) -> Iterator[str]:
        return iter([str(key) for key in self._texts])

    def __len__(self) -> int:
        return len(self._texts)

    def items(self) -> ItemsView[str, Data]:
        """The documents as they are now, whatever changes while they are gone through."""
        return _Items(self)

    def snapshot(self) -> Iterator[tuple[str, Data]]:
        """The same, one at a time."""
        return ((str(key), json.loads(text)) for key, text in list(self._texts.items()))


class _Items(ItemsView[str, Data]):
    def __init__(self, view: _View) -> None:
        super().__init__(view)
        self._view = view

    def __iter__(self) -> Iterator[tuple[str, Data]]:
        return self._view.snapshot()


class _Draft(MutableMapping[int, Data]):
    """A table as TinyDB's updating functions change it: decodes what is looked at and notes what is touched."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._open: dict[int, Data] = {}
        self._gone: set[int] = set()

    def changes(self) -> dict[int, Data | None]:
        """Every document that was looked at, put or removed."""
        return {**dict.fromkeys(self._gone - self._open.keys()), **self._open}

    def __getitem__(self, key: int) -> Data:
        if key not in self._open:
            if key in self._gone:
                raise KeyError(key)
            self._open[key] = json.loads(self._texts[key])
        return self._open[key]

    def __setitem__(self, key: int, document: Data) -> None:
        self._open[key] = document

    def __delitem__(self, key: int) -> None:
        if key not in self:
            raise KeyError(key)
        self._open.pop(key, None)
        if key in self._texts:
            self._gone.add(key)

    def __contains__(self, key: object) -> bool:
        return key in self._open or (key in self._texts and key not in self._gone)

    def __iter__(self) -> Iterator[int]:
        yield from (key for key in self._texts if key not in self._gone or key in self._open)
        yield from (key for key in self._open if key not in self._texts)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Removes every document, without decoding it."""
        self._open.clear()
        self._gone.update(self._texts)


def encode(document: Data) -> str:
    """A document as JSON that SQLite can hold: half of a surrogate pair is escaped.

    Raises:
        TypeError, ValueError: JSON has no such value.
    """
    text = _encoder.encode(document)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            return json.dumps(document, separators=(",", ":"))
    return text
