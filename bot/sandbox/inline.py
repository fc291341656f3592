"""``answerInlineQuery``: what the bot offers to somebody who typed its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.sandbox.keyboards import read_buttons
from bot.sandbox.markup import utf16_length, with_detected
from bot.sandbox.params import Params
from bot.sandbox.refusals import bad_request
from bot.sandbox.sending import MESSAGE_LIMIT, read_caption, read_text
from bot.sandbox.state import SandboxState
from bot.sandbox.writing import InlineAnswer, InlineResult

RESULT_LIMIT = 50  #: results an answer (Bot API)
RESULT_ID_LIMIT = 64  #: bytes (Bot API)
OFFSET_LIMIT = 64  #: bytes (Bot API)
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def answer_inline_query(state: SandboxState, params: Params) -> object:
    """Offers articles, and pictures sent before, once a query."""
    given = params.sequence("results") or []
    if len(given) > RESULT_LIMIT:
        raise bad_request("too many inline query results specified")
    results = tuple(_result(state, one) for one in given)
    query = state.inline_queries.get(params.text("inline_query_id"))
    if query is None or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len({result.id for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    if len(params.text("next_offset").encode()) > OFFSET_LIMIT:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = Params(params.mapping("button") or {})
    start = button.text("start_parameter")
    if button.text("text") and not _START_PARAMETER.fullmatch(start):
        raise bad_request("START_PARAM_INVALID")
    answer = InlineAnswer(
        results=results,
        next_offset=params.text("next_offset"),
        start_words=button.text("text"),
        start_parameter=start,
    )
    state.answer_inline(query, answer)
    return True


def _result(state: SandboxState, given: object) -> InlineResult:
    if not isinstance(given, Mapping):
        raise bad_request("can't parse inline query result: Inline query result must be an object")
    one = Params(given)
    if not 1 <= len(one.text("id").encode()) <= RESULT_ID_LIMIT:
        raise bad_request("RESULT_ID_INVALID")
    match one.text("type").lower():
        case "article":
            return _article(one)
        case "photo":
            return _photo(state, one)
        case _:
            raise bad_request("can't parse inline query result: unsupported type specified")


def _article(one: Params) -> InlineResult:
    if not one.text("title"):
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = read_text(Params(_message_fields(one)))
    if utf16_length(content.text) > MESSAGE_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    return InlineResult(
        id=one.text("id"),
        title=one.text("title"),
        description=one.text("description"),
        content=with_detected(content),
        buttons=read_buttons(one),
    )


def _message_fields(one: Params) -> dict[str, object]:
    given = one.mapping("input_message_content") or {}
    return {"text": given.get("message_text", ""), "parse_mode": given.get("parse_mode", "")}


def _photo(state: SandboxState, one: Params) -> InlineResult:
    kept = state.files.get(one.text("photo_file_id"))
    if kept is None or not kept.is_photo:
        raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
    return InlineResult(
        id=one.text("id"),
        title=one.text("title"),
        description=one.text("description"),
        content=with_detected(read_caption(one)),
        buttons=read_buttons(one),
        attachment=kept,
    )
