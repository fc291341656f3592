"""``reply_markup`` as the bot sends it: inline buttons, keys below the input, or a wish for a reply."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.sandbox.markup import utf16_length
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request
from bot.sandbox.world import Button, Key, Keyboard

CALLBACK_DATA_LIMIT = 64  #: bytes of UTF-8 (Bot API)
COPIED_TEXT_LIMIT = 256  #: characters (Bot API)
BUTTON_LIMIT = 100  #: inline buttons a message
URL_SCHEMES = ("http://", "https://", "tg://")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """What stands under a message, or below the input because of it."""

    buttons: tuple[tuple[Button, ...], ...] = ()
    keyboard: Keyboard | None = None
    wants_reply: bool = False


def read_markup(params: Params, *, is_private: bool = True) -> Markup:
    """The request's ``reply_markup``.

    Args:
        is_private: of the chat; only there a place can be asked for.

    Raises:
        Refusal: 400, Telegram would not take it.
    """
    markup = params.mapping("reply_markup")
    if not markup:
        return Markup()
    if "inline_keyboard" in markup:
        return Markup(buttons=_rows(markup["inline_keyboard"], "inline keyboard", _button))
    if "keyboard" in markup:
        return Markup(keyboard=_keyboard(markup, is_private=is_private))
    if markup.get("force_reply"):
        return Markup(wants_reply=True)
    if markup.get("remove_keyboard"):
        return Markup(keyboard=Keyboard())
    raise bad_request("object expected as reply markup")


def read_buttons(params: Params) -> tuple[tuple[Button, ...], ...]:
    """The request's ``reply_markup`` where only inline buttons can stand.

    Raises:
        Refusal: 400, it is something else, or Telegram would not take it.
    """
    markup = params.mapping("reply_markup")
    if not markup:
        return ()
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return read_markup(params).buttons


def _rows(rows: object, name: str, read: Callable[[object], T]) -> tuple[tuple[T, ...], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f"can't parse {name}: expected an Array of Arrays")
    read_rows = tuple(tuple(read(button) for button in row) for row in rows)
    if sum(len(row) for row in read_rows) > BUTTON_LIMIT:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return tuple(row for row in read_rows if row)


def _keyboard(markup: Mapping[str, object], *, is_private: bool) -> Keyboard:
    rows = _rows(markup["keyboard"], "keyboard", _key)
    if not is_private and any(key.asks_location for row in rows for key in row):
        raise bad_request("location can be requested in private chats only")
    given = Params(markup)
    return Keyboard(rows=rows, is_one_time=given.flag("one_time_keyboard"), hint=given.text("input_field_placeholder"))


def _key(given: object) -> Key:
    if isinstance(given, str):
        return Key(text=given)
    if not isinstance(given, Mapping) or not str(given.get("text", "")).strip():
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    return Key(text=str(given["text"]), asks_location=bool(given.get("request_location")))


def _button(given: object) -> Button:
    if not isinstance(given, Mapping):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    text = str(given.get("text", ""))
    if not text.strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    if "callback_data" in given:
        return _callback_button(text, str(given["callback_data"]))
    if "url" in given:
        url = str(given["url"])
        if not url.startswith(URL_SCHEMES):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        return Button(text=text, url=url)
    if "switch_inline_query" in given:
        return Button(text=text, inline_query=str(given["switch_inline_query"]), chooses_chat=True)
    if "switch_inline_query_current_chat" in given:
        return Button(text=text, inline_query=str(given["switch_inline_query_current_chat"]))
    if isinstance(copied := given.get("copy_text"), Mapping):
        words = str(copied.get("text", ""))
        if not 1 <= utf16_length(words) <= COPIED_TEXT_LIMIT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
        return Button(text=text, copied=words)
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _callback_button(text: str, data: str) -> Button:
    if not 1 <= len(data.encode()) <= CALLBACK_DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    return Button(text=text, data=data)
