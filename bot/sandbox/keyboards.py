"""``reply_markup`` as the bot sends it: inline buttons, or a wish for a reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.markup import utf16_length
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request
from bot.sandbox.world import Button

CALLBACK_DATA_LIMIT = 64  #: bytes of UTF-8 (Bot API)
COPIED_TEXT_LIMIT = 256  #: characters (Bot API)
BUTTON_LIMIT = 100  #: inline buttons a message
URL_SCHEMES = ("http://", "https://", "tg://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """What stands under a message."""

    buttons: tuple[tuple[Button, ...], ...] = ()
    wants_reply: bool = False


def read_markup(params: Params) -> Markup:
    """The request's ``reply_markup``.

    Raises:
        Refusal: 400, Telegram would not take it, or it is a keyboard below the input, which the sandbox does not show.
    """
    markup = params.mapping("reply_markup")
    if not markup:
        return Markup()
    if "inline_keyboard" in markup:
        return Markup(buttons=_inline(markup["inline_keyboard"]))
    if markup.get("force_reply"):
        return Markup(wants_reply=True)
    if markup.get("remove_keyboard"):
        return Markup()
    raise bad_request("the sandbox shows inline keyboards and forced replies only")


def _inline(rows: object) -> tuple[tuple[Button, ...], ...]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: expected an Array of Arrays")
    buttons = tuple(tuple(_button(button) for button in row) for row in rows)
    if sum(len(row) for row in buttons) > BUTTON_LIMIT:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return tuple(row for row in buttons if row)


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
