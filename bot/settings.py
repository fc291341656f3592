"""The settings: `SITREP_*` variables over `sitrep.toml`, read once, with every problem reported at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from bot.errors import ConfigurationError, Problem

PREFIX = "SITREP_"
OFF = "off"
FILE = "sitrep.toml"
ROOT = Path(__file__).resolve().parent.parent  #: the checkout, or the folder that packages are installed in
SEEDS = ROOT / "seeds"  #: the wheel carries them beside the packages
CONTACT_FORM = r"(?:[!-~]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|https?://[!-~]{3,200})"
TOKEN_FORM = r"^\d{3,}:[A-Za-z0-9_-]{20,}$"  # noqa: S105  (a pattern, not a token)
POSTGRESQL = ("postgresql://", "postgres://")  #: how the address of a database begins
LIVE = "sitrep.db"  #: the database of the bot on Telegram
SANDBOX = "sandbox.db"  #: that of the sandbox, whose chats' ids mean nothing to Telegram
LISTEN = "127.0.0.1:8481"  #: where machines ask how the bot is
PORT = 8480  #: of the sandbox's chat page
HIGHEST_PORT = 65535
RATE = 29  #: messages a second to all chats, one below what Telegram takes
FREE_RATE, PAID_RATE = 30, 1000  #: messages a second that Telegram takes, the second for Stars
EXPECTED = {
    "token": "a bot token as @BotFather gives it, like 123456789:AAF…",
    "data": "the path of a folder",
    "store": "the address of a PostgreSQL database, like postgresql://user@host:5432/name",
    "store_password_file": "the path of a file that holds the database's password",
    "articles": "a folder of .txt or .md articles",
    "port": f"a whole number from 0 to {HIGHEST_PORT}",
    "trackers": "a table for each tracker",
    "sources": "a [[sources]] table for each source",
    "contact": "an e-mail or a web address under which you are reached, like desk@gazette.example",
    "stories": "a table for each story",
    "families": "the path of a TOML file",
    "paid_broadcast": "true or false",
    "listen": "an address of this machine and a port, like 127.0.0.1:8481 or [::1]:8481, or off",
    "webhook": "the https:// address at which Telegram reaches this bot",
    "log_format": "console or json",
    "log_level": "info or debug",
    "operators": "the numbers of Telegram users, like 123456789, with commas between them",
    "rate": f"a number of messages a second from 1 to {FREE_RATE}, or to {PAID_RATE} with paid_broadcast",
}  #: what each setting must be, in a person's words
MEANING = {
    "token": "Telegram's token; without one the bot runs in the sandbox",
    "data": "where the store lies",
    "store": "a database in the place of the file in `data`, for [several machines](scaling.md); never for the sandbox",
    "store_password_file": "the database's password, when its address has none; `PGPASSFILE` does as well",
    "articles": "the folder with the story's articles",
    "port": "the sandbox's chat page, on the loopback only",
    "trackers": "figures to follow besides troops and casualties ([below](#following-other-figures))",
    "sources": "feeds, pages, folders and lists of feeds to follow ([sources](sources.md))",
    "contact": "goes out, in the User-Agent, to every server that is asked for news",
    "stories": "stories, each declared by its words ([below](#several-stories))",
    "families": "publishers that count as one, beside those of `bot/sources/families.toml`",
    "paid_broadcast": f"lets `rate` go beyond {FREE_RATE}, which costs Telegram Stars",
    "rate": f"messages a second to all chats; Telegram takes {FREE_RATE}",
    "operators": "who gets the [operators' commands](commands.md#for-operators), in their private chat",
    "listen": "where health, readiness and metrics are served ([operation](operations.md)); `off`: nowhere",
    "webhook": "where Telegram posts updates, passed on to `listen` by a web server; without one the bot asks for them",
    "log_format": "`console` for people, `json` for machines",
    "log_level": "how much is logged",
}  #: what each setting is for, as docs/configuration.md says it
DEFAULTS = {
    "data": "`data` in a checkout, else the user's data folder",
    "store": "a file in `data`",
    "articles": "the seeds",
    "listen": f"{LISTEN} on Telegram, off in the sandbox",
}  #: what holds without a setting, where its value does not say it


def default_data() -> Path:
    """``data`` in a checkout; the user's data folder for an installed program."""
    if (ROOT / "pyproject.toml").is_file():
        return ROOT / "data"
    return user_data_path("sitrep", appauthor=False)


class Settings(BaseSettings):
    """Everything that can be set.

    ``token`` is Telegram's for this bot; without one the bot talks to the sandbox. ``articles`` is the folder of the
    story. ``trackers`` are tables that add to, or replace, the trackers the program ships, ``sources`` tables of feeds,
    pages and folders, ``stories`` tables of the words that make a story; all are still undecoded. ``contact`` is told
    to every server that is asked for news. ``rate`` is messages a second to all chats; beyond Telegram's free rate
    briefings cost Stars, which ``paid_broadcast`` allows. ``operators`` are the numbers of the people who run the bot.
    ``listen`` is where health and metrics are served, and ``webhook`` the address at which Telegram posts updates to
    it; without one the bot asks for them. ``store`` is a PostgreSQL database for a bot on several machines, in the
    place of the file in ``data``; its password may stand in a file of its own. ``families`` is a file of publishers
    that belong together, beside those that the program ships.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, extra="forbid", frozen=True, env_ignore_empty=True
    )

    token: SecretStr | None = None
    data: Path = Field(default_factory=default_data)
    store: SecretStr | None = None
    store_password_file: Path | None = None
    articles: Path = SEEDS
    port: int = Field(default=PORT, ge=0, le=HIGHEST_PORT)
    trackers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    sources: list[dict[str, Any]] = Field(default_factory=list)
    contact: str | None = None
    stories: dict[str, dict[str, Any]] = Field(default_factory=dict)
    families: Path | None = None
    paid_broadcast: bool = False
    rate: float = Field(default=RATE, ge=1, le=PAID_RATE)
    operators: Annotated[tuple[int, ...], NoDecode] = ()
    listen: str | None = None
    webhook: str | None = None
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["info", "debug"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line first, then variables, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @field_validator("operators", mode="before")
    @classmethod
    def _listed(cls, operators: object) -> object:
        if not isinstance(operators, str):
            return operators
        numbers = operators.replace(",", " ").split()
        if not all(number.isdecimal() for number in numbers):
            raise ValueError(EXPECTED["operators"])
        return [int(number) for number in numbers]

    @field_validator("data", "articles")
    @classmethod
    def _home(cls, path: Path) -> Path:
        return path.expanduser()

    @field_validator("articles")
    @classmethod
    def _is_a_folder(cls, path: Path) -> Path:
        if not path.is_dir():
            raise ValueError(EXPECTED["articles"])
        return path

    @field_validator("rate")
    @classmethod
    def _is_free_or_paid(cls, rate: float, known: ValidationInfo) -> float:
        if rate > FREE_RATE and not known.data.get("paid_broadcast"):
            raise ValueError(EXPECTED["rate"])
        return rate

    @field_validator("store")
    @classmethod
    def _is_postgresql(cls, store: SecretStr | None) -> SecretStr | None:
        if store is not None and not store.get_secret_value().startswith(POSTGRESQL):
            raise ValueError(EXPECTED["store"])
        return store

    @field_validator("store_password_file")
    @classmethod
    def _is_a_file(cls, path: Path | None) -> Path | None:
        if path is not None and not path.expanduser().is_file():
            raise ValueError(EXPECTED["store_password_file"])
        return None if path is None else path.expanduser()

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, contact: str | None) -> str | None:
        if contact is not None and not re.fullmatch(CONTACT_FORM, contact):
            raise ValueError(EXPECTED["contact"])
        return contact

    @field_validator("listen")
    @classmethod
    def _is_an_address(cls, listen: str | None) -> str | None:
        if listen not in (None, OFF):
            try:
                address_of(listen or "")
            except ValueError:
                raise ValueError(EXPECTED["listen"]) from None
        return listen

    @field_validator("webhook")
    @classmethod
    def _is_reachable(cls, webhook: str | None) -> str | None:
        if webhook is not None:
            parts = urlsplit(webhook)
            if not parts.hostname or (parts.scheme != "https" and parts.hostname != "127.0.0.1"):
                raise ValueError(EXPECTED["webhook"])
        return webhook

    @field_validator("token")
    @classmethod
    def _looks_like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not re.match(TOKEN_FORM, token.get_secret_value()):
            raise ValueError(EXPECTED["token"])
        return token


def password_of(settings: Settings) -> str | None:
    """The password of the database's own file, without the line's end; None when there is no such file.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    if settings.store_password_file is None:
        return None
    try:
        return settings.store_password_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        where = f"{PREFIX}STORE_PASSWORD_FILE"
        fix = "Let this user read it, or name another one."
        raise ConfigurationError(
            [Problem(where=where, expected=EXPECTED["store_password_file"], got=type(error).__name__, fix=fix)]
        ) from None


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """What must never be logged: the token, the database's address, its password as written and as meant."""
    found = [] if settings.token is None else [settings.token.get_secret_value()]
    if settings.store is not None:
        url = settings.store.get_secret_value()
        written = urlsplit(url).password
        found += [url] if written is None else [url, written, unquote(written)]
    password = password_of(settings)
    return tuple(dict.fromkeys([*found, *([password] if password else [])]))


def address_of(listen: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:8481" or "[::1]:8481".

    Raises:
        ValueError: it is not of this form.
    """
    parts = urlsplit(f"//{listen}")
    if not parts.hostname or parts.port is None or parts.path:
        raise ValueError(listen)
    return parts.hostname, parts.port


def database_of(settings: Settings, *, sandbox: bool = False) -> str:
    """The name of the database that the bot keeps: one for Telegram, one for the sandbox."""
    return LIVE if settings.token is not None and not sandbox else SANDBOX


def read(environment: Mapping[str, str], **given: object) -> Settings:
    """The settings; ``given`` are the command line's and win, None meaning not given.

    ``environment`` must be the process's own: it is searched for misspelt names, the values are read by pydantic.

    Raises:
        ConfigurationError: anything is wrong; it lists everything that is.
    """
    problems = [*_misspelt(environment), *_unparsed(Path(FILE))]
    chosen = {name: value for name, value in given.items() if value is not None}
    if not any(problem.where.startswith(FILE) for problem in problems):
        try:
            settings = Settings(**chosen)  # type: ignore[arg-type]  # pydantic checks them
        except ValidationError as error:
            problems += [_problem(found, environment, chosen) for found in error.errors(include_url=False)]
        except SettingsError as error:
            name = next((name for name in ("sources", "stories") if f'"{name}"' in str(error)), "trackers")
            problems.append(
                Problem(where=PREFIX + name.upper(), expected="JSON", got=str(error), fix=f"Use {FILE} for {name}.")
            )
    if problems:
        raise ConfigurationError(problems)
    return settings


def _misspelt(environment: Mapping[str, str]) -> list[Problem]:
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    return [
        Problem(
            where=f"environment variable {name}",
            expected=f"one of {', '.join(known)}",
            got="a name nobody reads",
            fix=f"Did you mean {(difflib.get_close_matches(name, known, 1, 0) or known)[0]}?",
        )
        for name in sorted(environment)
        if name.upper().startswith(PREFIX) and name.upper() not in known
    ]


def _unparsed(path: Path) -> list[Problem]:
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        return [Problem(where=FILE, expected="a TOML file in UTF-8", got=str(error), fix="Mend this place.")]
    return []


def _problem(found: ErrorDetails, environment: Mapping[str, str], given: Mapping[str, object]) -> Problem:
    name = str(found["loc"][0])
    key = ".".join(str(part) for part in found["loc"])
    variable = PREFIX + name.upper()
    if name in given:
        where, fix = f"--{name}", "Give another one."
    elif variable in environment:
        where, fix = f"environment variable {variable}", f"Set {variable} anew, or unset it."
    else:
        where, fix = f"{FILE}: {key}", f"Change {key} in {FILE}, or set {variable}."
    if found["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, list(Settings.model_fields), 1, 0)
        return Problem(
            where=where,
            expected=f"one of {', '.join(Settings.model_fields)}",
            got=name,
            fix=f"Did you mean {close[0]}?" if close else fix,
        )
    return Problem(where=where, expected=EXPECTED[name], got=_shown(name, found["input"]), fix=fix)


def _shown(name: str, value: object) -> str:
    """What was given, unless it is secret."""
    if name in ("token", "store"):
        return "something else (not shown, for it is secret)"
    words = repr(str(value)) if isinstance(value, Path) else repr(value)
    return words if len(words) <= 60 else words[:59] + "…"
