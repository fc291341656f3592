"""Writes the tables of the documentation that the program knows best: ``python -m docs.generate``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from bot import app
from bot.settings import DEFAULTS, EXPECTED, MEANING, PREFIX, SANDBOX, Settings
from handlers.operators import COMMANDS, SOURCE_COMMANDS

FOLDER = Path(__file__).parent
TWO = {name: {"any": [name]} for name in ("one", "other")}  #: stories; with a single one there is none to choose


def menu() -> dict[str, str]:
    """Every command that everybody has, with what the menu says of it."""
    with tempfile.TemporaryDirectory() as folder:
        parts = app.open_parts(Settings.model_construct(data=Path(folder), stories=TWO), SANDBOX)
        try:
            return app.full_menu(parts.answers(lambda: parts.topics))
        finally:
            parts.store.close()


def commands() -> str:
    """The table of everybody's commands."""
    return _command_table(menu())


def operators_commands() -> str:
    """The table of the commands that operators have besides."""
    return _command_table({**COMMANDS, **SOURCE_COMMANDS})


def settings() -> str:
    """The table of the settings, in the order of their model."""
    return _table(
        ("setting", "default", "meaning"),
        ((f"`{PREFIX}{name.upper()}`", _default(name), _meaning(name)) for name in Settings.model_fields),
    )


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("commands.md", commands),
    "operators": ("commands.md", operators_commands),
    "settings": ("configuration.md", settings),
}  #: mark -> the page it stands on, and what stands between its two ends


def generated(page: str) -> str:
    """The page as it should be.

    Raises:
        ValueError: a mark of the page is missing.
    """
    text = (FOLDER / page).read_text(encoding="utf-8")
    for mark, (where, table) in TABLES.items():
        if where == page:
            begin, end = f"<!-- {mark}: begin -->\n", f"<!-- {mark}: end -->"
            form = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
            if not form.search(text):
                raise ValueError(f"{page}: expected {begin.strip()} and {end}")
            whole = f"{begin}{table()}{end}"
            text = form.sub(whole.replace("\\", r"\\"), text)
    return text


def main() -> None:
    """Brings the pages up to date."""
    for page in sorted({where for where, _ in TABLES.values()}):
        (FOLDER / page).write_text(generated(page), encoding="utf-8")


def _command_table(told: Mapping[str, str]) -> str:
    return _table(("command", "what it does"), ((f"`/{name}`", words) for name, words in told.items()))


def _meaning(name: str) -> str:
    meaning = MEANING[name]
    return f"{meaning[0].upper()}{meaning[1:]}. *Expected: {EXPECTED[name]}.*"


def _default(name: str) -> str:
    if name in DEFAULTS:
        return DEFAULTS[name]
    default = Settings.model_fields[name].get_default(call_default_factory=True)
    if isinstance(default, bool):
        return str(default).lower()
    return "none" if default in (None, (), [], {}) else str(default)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    main()
