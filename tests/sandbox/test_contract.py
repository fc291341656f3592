"""The same requests by two clients that share nothing: python-telegram-bot's and aiogram's.

``docs/sandbox.md`` lists every refusal; ``python -m tests.sandbox.test_contract`` writes that list.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiogram
import pytest
import pytest_asyncio
from aiogram import exceptions as aiogram_errors
from aiogram import methods
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile
from telegram import Bot, InputFile, InputMediaDocument, InputMediaPhoto
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.sandbox.methods import METHODS, call
from bot.sandbox.params import Params, Upload
from bot.sandbox.state import SandboxState
from tests.sandbox.conftest import Served
from tests.sandbox.refusals import CASES, ELSEWHERE, FILE_ID, PICTURE_ID, PNG, PRESS_ID, QUERY_ID, Case, File

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "sandbox.md"
PAGE = "https://core.telegram.org/bots/api#"
HEAD = ["| code | words | when | Bot API |", "|---|---|---|---|"]

#: What each client makes of a status.
AIOGRAM_ERRORS: dict[int, type[Exception]] = {
    400: aiogram_errors.TelegramBadRequest,
    403: aiogram_errors.TelegramForbiddenError,
    413: aiogram_errors.TelegramEntityTooLarge,
    429: aiogram_errors.TelegramRetryAfter,
}
PTB_ERRORS: dict[int, type[Exception]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
    413: NetworkError,
    429: RetryAfter,
}


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def other_bot(served: Served) -> AsyncIterator[aiogram.Bot]:
    """aiogram's own Bot, talking to the sandbox."""
    state, address = served.state, served.address
    server = TelegramAPIServer(base=f"{address}/bot{{token}}/{{method}}", file=f"{address}/file/bot{{token}}/{{path}}")
    async with aiogram.Bot(
        state.token, session=AiohttpSession(api=server), default=DefaultBotProperties(parse_mode=None)
    ) as bot:
        yield bot


async def scene(state: SandboxState) -> Callable[[Any], Any]:
    """What the cases begin with; returns what puts the scene's ids in their places."""
    state.say(state.private, "/start")
    chat = {"chat_id": state.private.id}
    await call(state, "sendMessage", Params(chat | {"text": "a text"}))
    upload = Upload(name="map.png", media_type="image/png", content=PNG)
    await call(state, "sendPhoto", Params(chat, {"photo": upload}))
    await call(state, "sendDocument", Params(chat, {"document": upload}))
    markup = json.dumps({"inline_keyboard": [[{"text": "More", "callback_data": "x"}]]})
    await call(state, "sendMessage", Params(chat | {"text": "press", "reply_markup": markup}))
    pressed = state.press(state.messages(state.private)[-1], "More")
    typed = state.ask_inline(state.group, "words")
    picture, file = (message.attachment for message in state.messages(state.private)[2:4])
    assert picture
    assert file
    ids = {PICTURE_ID: picture.file_id, FILE_ID: file.file_id, PRESS_ID: pressed.id, QUERY_ID: typed.id}

    def placed(value: Any) -> Any:
        match value:
            case dict():
                return {name: placed(each) for name, each in value.items()}
            case list():
                return [placed(each) for each in value]
            case str():
                return ids.get(value, value)
            case _:
                return value

    return placed


def by_aiogram(method: str, params: dict[str, Any]) -> Any:
    """The request as aiogram's own value, unchecked by it: what is checked here is the sandbox."""
    made = {
        name: BufferedInputFile(value.content, value.name) if isinstance(value, File) else value
        for name, value in params.items()
    }
    return getattr(methods, method[0].upper() + method[1:]).model_construct(**made)


def by_ptb(params: dict[str, Any]) -> dict[str, Any]:
    """The request as python-telegram-bot takes it, which wants its own values for media."""

    def made(name: str, value: Any) -> Any:
        if isinstance(value, File):
            return InputFile(value.content, value.name)
        if name != "media":
            return value
        return [_media(each) for each in value] if isinstance(value, list) else _media(value)

    return {name: made(name, value) for name, value in params.items()}


def _media(given: dict[str, Any]) -> Any:
    kinds = {"photo": InputMediaPhoto, "document": InputMediaDocument}
    return kinds[given["type"]](given["media"], given.get("caption")) if "type" in given else given


def ptb_can_say(case: Case) -> bool:
    """python-telegram-bot builds no album of nothing, or of things that are no media."""
    media = case.params.get("media")
    return not isinstance(media, list) or (
        bool(media) and all(isinstance(each, dict) and each["type"] in {"photo", "document"} for each in media)
    )


def in_ptbs_words(case: Case) -> str:
    """How python-telegram-bot words a description."""
    match case.code:
        case 429:
            return "Flood control exceeded. Retry in 1 seconds"
        case _ if "upgraded" in case.answer:
            return "Group migrated to supergroup. New chat id: -1000000004001"
        case 400:
            return case.answer.removeprefix("Bad Request: ").capitalize()
        case _:
            return case.answer


def name_of(case: Case) -> str:
    return f"{case.method}: {case.when}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
async def test_aiogram_is_refused_in_telegrams_words(other_bot: aiogram.Bot, state: SandboxState, case: Case) -> None:
    params = (await scene(state))(dict(case.params))
    case.arrange(state)

    with pytest.raises(aiogram_errors.TelegramAPIError) as refused:
        await other_bot(by_aiogram(case.method, params))

    moved = "upgraded" in case.answer
    expected = aiogram_errors.TelegramMigrateToChat if moved else AIOGRAM_ERRORS[case.code]
    assert type(refused.value) is expected
    assert case.answer in refused.value.message


@pytest.mark.filterwarnings("ignore:Please use", "ignore:Deprecated since version v22.2")
@pytest.mark.parametrize("case", [case for case in CASES if ptb_can_say(case)], ids=name_of)
async def test_python_telegram_bot_is_refused_in_the_same_words(bot: Bot, state: SandboxState, case: Case) -> None:
    params = (await scene(state))(dict(case.params))
    case.arrange(state)

    with pytest.raises(TelegramError) as refused:
        await bot.do_api_request(case.method, by_ptb(params))

    moved = "upgraded" in case.answer
    assert type(refused.value) is (ChatMigrated if moved else PTB_ERRORS[case.code])
    assert refused.value.message == in_ptbs_words(case)


#: Requests that succeed, after the scene.
SUCCESSES: list[tuple[str, dict[str, Any]]] = [
    ("getMe", {}),
    ("getUpdates", {}),
    ("sendMessage", {"chat_id": 1000001, "text": "<b>x</b>", "parse_mode": "HTML"}),
    ("sendMessage", {"chat_id": -1002000000001, "text": "x", "message_thread_id": 2, "allow_paid_broadcast": True}),
    ("sendMessage", {"chat_id": "@morning_wire", "text": "x"}),
    ("sendMessage", {"chat_id": 1000001, "text": "x", "reply_markup": {"keyboard": [[{"text": "Here"}]]}}),
    ("sendMessage", {"chat_id": 1000001, "text": "x", "reply_markup": {"remove_keyboard": True}}),
    ("sendPhoto", {"chat_id": 1000001, "photo": File(PNG, "map.png"), "caption": "Map"}),
    ("sendPhoto", {"chat_id": 1000001, "photo": PICTURE_ID}),
    ("sendDocument", {"chat_id": 1000001, "document": File(b"a,b", "a.csv")}),
    ("sendDocument", {"chat_id": 1000001, "document": FILE_ID}),
    ("sendMediaGroup", {"chat_id": 1000001, "media": [{"type": "photo", "media": PICTURE_ID, "caption": "x"}] * 2}),
    ("copyMessage", {"chat_id": -4001, "from_chat_id": 1000001, "message_id": 3, "caption": "other"}),
    ("forwardMessage", {"chat_id": -4001, "from_chat_id": 1000001, "message_id": 1}),
    ("sendChatAction", {"chat_id": 1000001, "action": "typing"}),
    ("editMessageText", {"chat_id": 1000001, "message_id": 2, "text": "other"}),
    ("editMessageCaption", {"chat_id": 1000001, "message_id": 3, "caption": "other"}),
    ("editMessageMedia", {"chat_id": 1000001, "message_id": 3, "media": {"type": "document", "media": FILE_ID}}),
    (
        "editMessageReplyMarkup",
        {
            "chat_id": 1000001,
            "message_id": 2,
            "reply_markup": {"inline_keyboard": [[{"text": "Share", "switch_inline_query": "x"}]]},
        },
    ),
    ("pinChatMessage", {"chat_id": 1000001, "message_id": 2}),
    ("deleteMessage", {"chat_id": 1000001, "message_id": 2}),
    ("answerCallbackQuery", {"callback_query_id": PRESS_ID, "text": "x", "show_alert": True}),
    (
        "answerInlineQuery",
        {
            "inline_query_id": QUERY_ID,
            "results": [
                {"type": "article", "id": "1", "title": "T", "input_message_content": {"message_text": "words"}},
                {"type": "photo", "id": "2", "photo_file_id": PICTURE_ID},
            ],
            "button": {"text": "Set up", "start_parameter": "inline"},
        },
    ),
    ("getChat", {"chat_id": -4001}),
    ("getChatMember", {"chat_id": -4001, "user_id": 900003}),
    ("getChatAdministrators", {"chat_id": -1003000000001}),
    ("getChatMemberCount", {"chat_id": -4001}),
    ("getFile", {"file_id": FILE_ID}),
    ("leaveChat", {"chat_id": -4001}),
    (
        "setMyCommands",
        {
            "commands": [{"command": "help", "description": "Hilfe"}],
            "scope": {"type": "chat_member", "chat_id": -4001, "user_id": 900001},
            "language_code": "de",
        },
    ),
    ("getMyCommands", {}),
    ("deleteMyCommands", {"scope": {"type": "all_group_chats"}}),
    ("getWebhookInfo", {}),
    ("deleteWebhook", {"drop_pending_updates": True}),
]


@pytest.mark.filterwarnings("ignore:Please use")
@pytest.mark.parametrize(("method", "params"), SUCCESSES, ids=lambda value: value if isinstance(value, str) else "")
async def test_both_clients_get_what_the_bot_api_promises(
    other_bot: aiogram.Bot, bot: Bot, state: SandboxState, method: str, params: dict[str, Any]
) -> None:
    first = await other_bot(by_aiogram(method, (await scene(state))(dict(params))))
    state.start_over()
    second = await bot.do_api_request(method, by_ptb((await scene(state))(dict(params))))

    assert first is not None
    assert second is not None


async def test_an_aiogram_dispatcher_answers(other_bot: aiogram.Bot, state: SandboxState) -> None:
    state.say(state.private, "good morning")

    (update,) = await other_bot.get_updates()
    assert update.message
    await update.message.reply("good day")

    assert [message.text for message in state.messages(state.private)] == ["good morning", "good day"]


def _refusals_in_the_code() -> list[tuple[str, re.Pattern[str]]]:
    """Where the sandbox refuses something, and a pattern of the words."""
    makers = {"bad_request": "Bad Request: ", "forbidden": "Forbidden: ", "conflict": "Conflict: "}
    makers["_cannot_parse"] = "Bad Request: can't parse entities: "
    found = []
    for file in sorted((ROOT / "bot" / "sandbox").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers and node.args:
                words = _pattern(node.args[0])
                found.append((f"{file.name}:{node.lineno}", re.compile(re.escape(makers[node.func.id]) + words)))
    return found


def _pattern(words: ast.expr) -> str:
    match words:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(_pattern(part) for part in parts)
        case _:
            return ".+"


def test_every_refusal_in_the_code_is_in_the_contract() -> None:
    answers = [case.answer for case in CASES] + [answer for _, answer, *_ in ELSEWHERE]
    refusals = _refusals_in_the_code()

    missing = [where for where, words in refusals if not any(words.fullmatch(answer) for answer in answers)]

    assert len(refusals) > 80
    assert missing == []


def test_every_method_succeeds_for_both_clients() -> None:
    unseen = {name for name in METHODS if name not in {method.lower() for method, _ in SUCCESSES}}

    assert unseen == {
        "setmydescription",
        "getmydescription",
        "setmyshortdescription",
        "setmyname",
        "setchatmenubutton",
        "setwebhook",
        "unpinchatmessage",
    }  # what the other tests here use


def table() -> list[str]:
    """The lines of the list of refusals, each once."""
    listed = [(case.code, case.answer, case.anchor, case.when) for case in CASES]
    listed += [(code, answer, anchor, when) for code, answer, anchor, when, _ in ELSEWHERE]
    rows: dict[tuple[str, str], str] = {}
    for code, answer, anchor, when in sorted(listed, key=lambda row: (row[0], row[1].lower())):
        line = f"| {code} | `{answer}` | {when} | [{anchor}]({PAGE}{anchor}) |"
        rows.setdefault((answer, when), line)
    return [*HEAD, *rows.values()]


def test_the_documentation_lists_every_refusal() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    begin = lines.index(HEAD[0])
    end = next(number for number, line in enumerate(lines[begin:], begin) if not line.startswith("|"))

    assert lines[begin:end] == table()


def test_what_is_tested_elsewhere_is() -> None:
    sources = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))

    assert [test for *_, test in ELSEWHERE if f"def {test}(" not in sources] == []


if __name__ == "__main__":
    written = TABLE.read_text(encoding="utf-8").splitlines()
    start = written.index(HEAD[0])
    stop = next(number for number, line in enumerate(written[start:], start) if not line.startswith("|"))
    TABLE.write_text("\n".join([*written[:start], *table(), *written[stop:]]) + "\n", encoding="utf-8")
