"""Everything the sandbox refuses: the request, the answer, and the page of the Bot API it comes from.

Each case begins in the same scene: the person has started the bot in the private chat, where the bot has then sent a
text, a picture and a file, and the person has pressed a button and typed the bot's name.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.contents import PERSON
from bot.sandbox.limits import FloodLimits
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Attachment, Role

PRIVATE = PERSON.id
GROUP = -4001
FORUM = -1002000000001
CHANNEL = -1003000000001
SAID, SENT, PICTURE, FILE = 1, 2, 3, 4  #: message ids of the scene, in the private chat
PICTURE_ID, FILE_ID, PRESS_ID, QUERY_ID = "<picture>", "<file>", "<press>", "<query>"  #: stand for the scene's ids

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 360) + bytes(20)
WIDE_PNG = PNG[:16] + struct.pack(">II", 9000, 1001) + PNG[24:]


@dataclass(frozen=True, slots=True)
class File:
    """A file that a request carries."""

    content: bytes
    name: str = "upload.bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request that is refused."""

    method: str
    params: Mapping[str, Any]
    answer: str  #: the description, word for word
    code: int = 400
    page: str = ""  #: the anchor under core.telegram.org/bots/api; empty for that of the method
    when: str  #: as the table says it
    arrange: Callable[[SandboxState], object] = field(default=lambda _: None)

    @property
    def anchor(self) -> str:
        """The part of the page."""
        return self.page or self.method.lower()


def bad(method: str, params: Mapping[str, Any], answer: str, when: str, **rest: Any) -> Case:
    """A request that can never succeed."""
    return Case(method=method, params=params, answer=f"Bad Request: {answer}", when=when, **rest)


def text_to(chat: int | str, **params: Any) -> dict[str, Any]:
    return {"chat_id": chat, "text": "hello", **params}


def html(source: str) -> dict[str, Any]:
    return {"chat_id": PRIVATE, "text": source, "parse_mode": "HTML"}


def button(**fields: Any) -> dict[str, Any]:
    return text_to(PRIVATE, reply_markup={"inline_keyboard": [[{"text": "More", **fields}]]})


def article(**fields: Any) -> dict[str, Any]:
    return {"type": "article", "id": "1", "title": "T", "input_message_content": {"message_text": "words"}, **fields}


def offer(*results: Any, **params: Any) -> dict[str, Any]:
    return {"inline_query_id": QUERY_ID, "results": list(results), **params}


def webhook(**params: Any) -> dict[str, Any]:
    return {"url": "http://127.0.0.1:9/hook", **params}


def blocked(state: SandboxState) -> None:
    state.set_bot_role(state.private, Role.KICKED)


def in_forum(role: Role) -> Callable[[SandboxState], None]:
    return lambda state: state.set_bot_role(state.forum, role)


def in_group(role: Role) -> Callable[[SandboxState], None]:
    return lambda state: state.set_bot_role(state.group, role)


def in_channel(role: Role) -> Callable[[SandboxState], None]:
    return lambda state: state.set_bot_role(state.channel, role)


def members_silent(state: SandboxState) -> None:
    state.set_members_may_write(state.group, they_may=False)


def first_topic_closed(state: SandboxState) -> None:
    state.set_topic_closed(state.forum, 2, is_closed=True)


def first_topic_deleted(state: SandboxState) -> None:
    state.delete_topic(state.forum, 2)


def general_closed(state: SandboxState) -> None:
    state.set_topic_closed(state.forum, None, is_closed=True)


def flooded(state: SandboxState) -> None:
    state.limits = FloodLimits(monotonic=lambda: 0.0)
    while not state.limits.wait(PRIVATE):
        pass


def large_file(state: SandboxState) -> None:
    state.files["large"] = Attachment(
        file_id="large", name="l", media_type="a/b", content=bytes(21 * 2**20), is_photo=False
    )


def pinned(state: SandboxState) -> None:
    state.pin(state.say(state.channel, "a post"), state.person)


def copy(message_id: int, source: int = PRIVATE) -> dict[str, Any]:
    return {"chat_id": GROUP, "from_chat_id": source, "message_id": message_id}


def queries_answered(state: SandboxState) -> None:
    state.queries.clear()
    state.inline_queries.clear()


FORMATTING = "html-style"
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)

REACH = [
    bad("sendMessage", {"text": "x"}, "chat_id is empty", "no chat is named"),
    bad("sendMessage", text_to(424242), "chat not found", "there is no such chat"),
    bad("getChat", {"chat_id": 900001}, "chat not found", "the person never wrote to the bot"),
    Case(
        method="sendMessage",
        params=text_to(900001),
        code=403,
        answer="Forbidden: bot can't initiate conversation with a user",
        when="the person never wrote to the bot",
    ),
    Case(
        method="sendMessage",
        params=text_to(PRIVATE),
        code=403,
        answer="Forbidden: bot was blocked by the user",
        when="the person blocked the bot",
        arrange=blocked,
    ),
    Case(
        method="sendMessage",
        params=text_to(PRIVATE),
        code=403,
        answer="Forbidden: user is deactivated",
        when="the person's account is deleted",
        arrange=lambda state: state.set_deactivated(state.person, is_deactivated=True),
    ),
    *[
        Case(
            method="sendMessage",
            params=text_to(chat),
            code=403,
            answer=f"Forbidden: bot {words} the {kind} chat",
            when=f"the bot {how} the {kind}",
            arrange=change(role),
        )
        for chat, kind, change in [
            (GROUP, "group", in_group),
            (FORUM, "supergroup", in_forum),
            (CHANNEL, "channel", in_channel),
        ]
        for role, words, how in [
            (Role.KICKED, "was kicked from", "was removed from"),
            (Role.LEFT, "is not a member of", "left"),
        ]
    ],
    bad(
        "sendMessage",
        text_to(CHANNEL),
        "need administrator rights in the channel chat",
        "the bot is no administrator of the channel",
        arrange=in_channel(Role.MEMBER),
    ),
    bad(
        "sendMessage",
        text_to(GROUP),
        "group chat was upgraded to a supergroup chat",
        "the group became a supergroup; `migrate_to_chat_id` names it",
        page="responseparameters",
        arrange=lambda state: state.upgrade(state.group),
    ),
    *[
        bad(
            method,
            {"chat_id": GROUP, **params},
            f"not enough rights to send {what} to the chat",
            f"members may not write, and the bot is one ({what})",
            page="chatpermissions",
            arrange=members_silent,
        )
        for method, params, what in [
            ("sendMessage", {"text": "x"}, "text messages"),
            ("sendPhoto", {"photo": PICTURE_ID}, "photos"),
            ("sendDocument", {"document": FILE_ID}, "documents"),
        ]
    ],
    bad(
        "sendMessage",
        text_to(FORUM, message_thread_id=2),
        "TOPIC_CLOSED",
        "the topic is closed, and the bot no administrator",
        arrange=first_topic_closed,
    ),
    bad("sendMessage", text_to(FORUM), "TOPIC_CLOSED", "the General topic is closed", arrange=general_closed),
    bad(
        "sendMessage",
        text_to(FORUM, message_thread_id=2),
        "message thread not found",
        "the topic is deleted, or never was",
        arrange=first_topic_deleted,
    ),
    Case(
        method="sendMessage",
        params=text_to(PRIVATE),
        code=429,
        answer="Too Many Requests: retry after 1",
        page="responseparameters",
        when="more is sent than the limits let pass; `retry_after` says how long to wait",
        arrange=flooded,
    ),
]

MEMBERS = [
    bad(
        "getChatMember",
        {"chat_id": CHANNEL, "user_id": PRIVATE},
        "member list is inaccessible",
        "the bot is no administrator of the channel",
        arrange=in_channel(Role.MEMBER),
    ),
    bad("getChatMember", {"chat_id": GROUP, "user_id": 5}, "PARTICIPANT_ID_INVALID", "there is no such person"),
    bad(
        "getChatAdministrators",
        {"chat_id": PRIVATE},
        "there are no administrators in the private chat",
        "the chat is private",
    ),
    bad(
        "leaveChat", {"chat_id": PRIVATE}, "chat member status can't be changed in private chats", "the chat is private"
    ),
]

TEXTS = [
    bad("sendMessage", {"chat_id": PRIVATE, "text": " "}, "message text is empty", "nothing is left of the text"),
    bad("sendMessage", {"chat_id": PRIVATE, "text": "x" * 4097}, "message is too long", "over 4,096 UTF-16 units"),
    bad("sendMessage", text_to(PRIVATE, parse_mode="Klingon"), "unsupported parse_mode", "also MarkdownV2, here only"),
    bad(
        "sendMessage",
        text_to(PRIVATE, entities=[{"type": "bold", "offset": 0, "length": 1}]),
        "the sandbox takes formatting as HTML only",
        "formatting by `entities`; here only",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_parameters={"message_id": 999}),
        "message to be replied not found",
        "there is no such message",
        page="replyparameters",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, link_preview_options=[]),
        "can't parse link_preview_options: expected an Object",
        "a parameter has another shape",
        page="making-requests",
    ),
    bad(
        "sendMediaGroup",
        {"chat_id": PRIVATE, "media": {"a": 1}},
        "can't parse media: expected an Array",
        "a parameter has another shape",
        page="making-requests",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_markup="{"),
        "can't parse reply_markup JSON object",
        "a parameter is no JSON",
        page="making-requests",
    ),
]

ENTITIES = [
    bad("sendMessage", html(source), f"can't parse entities: {complaint}", when, page=FORMATTING)
    for source, complaint, when in [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"', "a tag is left open"),
        ("a <b", "Unclosed start tag at byte offset 2", "the text ends within a tag"),
        ("<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0', "Telegram has no such tag"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0', "a span of another class"),
        ('<a href="x', 'Unclosed start tag "a" at byte offset 0', "the text ends within an attribute"),
        ("<a x", 'Unclosed start tag "a" at byte offset 0', "the text ends within an attribute"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0', "an attribute without a name"),
        ("<a href=x?y>z</a>", "Unexpected end of name token at byte offset 8", "a bare value of other characters"),
        ("x</b>", "Unexpected end tag at byte offset 1", "an end without a beginning"),
        ("<b>x</b", "Unclosed end tag at byte offset 4", "the text ends within an end tag"),
        (
            "<b>x</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
            "tags overlap",
        ),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            '"blockquote" inside "blockquote", Telegram drops one of them',
            "Telegram would drop it in silence; refused here only",
        ),
        (
            "<b>x</b> " * 101,
            "101 entities, Telegram keeps only the first 100",
            "Telegram would drop it in silence; refused here only",
        ),
    ]
]

BUTTONS = [
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_markup={"inline_keyboard": {}}),
        "can't parse inline keyboard: expected an Array of Arrays",
        "the rows are no rows",
        page="inlinekeyboardmarkup",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_markup={"keyboard": [1]}),
        "can't parse keyboard: expected an Array of Arrays",
        "the rows are no rows",
        page="replykeyboardmarkup",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_markup={"keyboard": [[{}]]}),
        'can\'t parse keyboard button: Field "text" must be of type String',
        "a key without words",
        page="keyboardbutton",
    ),
    bad(
        "sendMessage",
        text_to(GROUP, reply_markup={"keyboard": [[{"text": "Here", "request_location": True}]]}),
        "location can be requested in private chats only",
        "a place is asked for in a group",
        page="keyboardbutton",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_markup={"wall": 1}),
        "object expected as reply markup",
        "no kind of markup that Telegram knows",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}),
        "REPLY_MARKUP_TOO_LONG",
        "more than 100 buttons",
        page="inlinekeyboardmarkup",
    ),
    bad(
        "sendMessage",
        text_to(PRIVATE, reply_markup={"inline_keyboard": [["text"]]}),
        "can't parse inline keyboard button: expected an Object",
        "a button is none",
        page="inlinekeyboardbutton",
    ),
    bad(
        "sendMessage",
        button(text=" ", callback_data="x"),
        'can\'t parse inline keyboard button: Field "text" must be non-empty',
        "a button without words",
        page="inlinekeyboardbutton",
    ),
    bad(
        "sendMessage",
        button(),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        "a button that does nothing",
        page="inlinekeyboardbutton",
    ),
    bad(
        "sendMessage",
        button(callback_data="é" * 33),
        "BUTTON_DATA_INVALID",
        "callback data over 64 bytes",
        page="inlinekeyboardbutton",
    ),
    bad(
        "sendMessage",
        button(url="nowhere"),
        "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
        "an address that is none",
        page="inlinekeyboardbutton",
    ),
    bad(
        "sendMessage",
        button(copy_text={"text": "x" * 257}),
        "BUTTON_COPY_TEXT_INVALID",
        "more than 256 characters to copy",
        page="copytextbutton",
    ),
    bad(
        "editMessageReplyMarkup",
        {"chat_id": PRIVATE, "message_id": SENT, "reply_markup": {"force_reply": True}},
        "inline keyboard expected",
        "other markup than buttons in an edit",
    ),
]

FILES = [
    bad("sendPhoto", {"chat_id": PRIVATE}, "there is no photo in the request", "no file is named"),
    bad("sendPhoto", {"chat_id": PRIVATE, "photo": File(b"no picture")}, "IMAGE_PROCESS_FAILED", "it is no picture"),
    bad(
        "sendPhoto",
        {"chat_id": PRIVATE, "photo": File(WIDE_PNG)},
        "PHOTO_INVALID_DIMENSIONS",
        "width and height over 10,000 together",
    ),
    Case(
        method="sendPhoto",
        params={"chat_id": PRIVATE, "photo": File(PNG + bytes(10 * 2**20))},
        code=413,
        answer="Request Entity Too Large",
        page="sending-files",
        when="a picture over 10 MB, another file over 50 MB",
    ),
    bad(
        "sendPhoto",
        {"chat_id": PRIVATE, "photo": FILE_ID},
        "can't use file of type Document as Photo",
        "the id of a file",
        page="sending-files",
    ),
    bad(
        "sendDocument",
        {"chat_id": PRIVATE, "document": PICTURE_ID},
        "can't use file of type Photo as Document",
        "the id of a picture",
        page="sending-files",
    ),
    bad(
        "sendDocument",
        {"chat_id": PRIVATE, "document": "unknown"},
        "wrong file identifier/HTTP URL specified",
        "there is no such file",
        page="sending-files",
    ),
    bad(
        "sendDocument",
        {"chat_id": PRIVATE, "document": "https://example.org/a.pdf"},
        "failed to get HTTP URL content",
        "an address: the sandbox fetches nothing",
        page="sending-files",
    ),
    bad("sendDocument", {"chat_id": PRIVATE, "document": File(b"")}, "file must be non-empty", "an empty file"),
    bad(
        "sendPhoto",
        {"chat_id": PRIVATE, "photo": PICTURE_ID, "caption": "x" * 1025},
        "message caption is too long",
        "over 1,024 UTF-16 units",
    ),
    bad("sendMediaGroup", {"chat_id": PRIVATE, "media": []}, "there are no messages to send", "an empty album"),
    bad(
        "sendMediaGroup",
        {"chat_id": PRIVATE, "media": [{"type": "photo", "media": PICTURE_ID}] * 11},
        "too many messages to send as an album",
        "more than 10 in an album",
    ),
    bad(
        "sendMediaGroup",
        {"chat_id": PRIVATE, "media": [{"type": "photo", "media": PICTURE_ID}, {"type": "document", "media": FILE_ID}]},
        "document can't be mixed with other media types",
        "pictures and files in one album",
    ),
    bad(
        "sendMediaGroup",
        {"chat_id": PRIVATE, "media": ["x"]},
        "can't parse InputMedia: expected an Object",
        "a part of an album is none",
    ),
    bad(
        "sendMediaGroup",
        {"chat_id": PRIVATE, "media": [{"type": "hologram", "media": "x"}]},
        'can\'t parse InputMedia: type "hologram" is unsupported',
        "neither picture nor file; video and audio here only",
    ),
    bad("getFile", {}, "file_id not specified", "no file is named"),
    bad("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable", "there is no such file"),
    bad("getFile", {"file_id": "large"}, "file is too big", "over 20 MB", arrange=large_file),
]

EDITS = [
    bad("editMessageText", text_to(PRIVATE), "message identifier is not specified", "no message is named"),
    bad("editMessageText", text_to(PRIVATE, message_id=99), "message to edit not found", "there is no such message"),
    bad("editMessageText", text_to(PRIVATE, message_id=SAID), "message can't be edited", "somebody else wrote it"),
    bad(
        "editMessageText",
        {"chat_id": PRIVATE, "message_id": SENT, "text": "x" * 4097},
        "MESSAGE_TOO_LONG",
        "over 4,096 UTF-16 units",
    ),
    bad(
        "editMessageText",
        {"chat_id": PRIVATE, "message_id": SENT, "text": "a text"},
        UNMODIFIED,
        "the edit changes nothing",
    ),
    bad(
        "editMessageText",
        text_to(PRIVATE, message_id=PICTURE),
        "there is no text in the message to edit",
        "it is a picture or a file",
    ),
    bad(
        "editMessageCaption",
        {"chat_id": PRIVATE, "message_id": SENT, "caption": "x"},
        "there is no caption in the message to edit",
        "it is a text",
    ),
    bad("copyMessage", copy(99), "message to copy not found", "there is no such message"),
    bad("forwardMessage", copy(99), "message to forward not found", "there is no such message"),
    bad(
        "copyMessage",
        copy(2, CHANNEL),
        "message can't be copied",
        "it is protected, or a line about the chat",
        arrange=pinned,
    ),
    bad(
        "forwardMessage",
        copy(2, CHANNEL),
        "message can't be forwarded",
        "it is protected, or a line about the chat",
        arrange=pinned,
    ),
    bad("deleteMessage", {"chat_id": PRIVATE, "message_id": 99}, "message to delete not found", "there is none"),
    bad(
        "deleteMessage",
        {"chat_id": GROUP, "message_id": 1},
        "message can't be deleted for everyone",
        "it is older than 48 hours, or another's and the bot no administrator",
        arrange=lambda state: state.say(state.group, "mine"),
    ),
    bad("pinChatMessage", {"chat_id": PRIVATE, "message_id": 99}, "message to pin not found", "there is none"),
    bad("unpinChatMessage", {"chat_id": PRIVATE}, "message to unpin not found", "nothing is pinned"),
    bad(
        "pinChatMessage",
        {"chat_id": GROUP, "message_id": 1},
        "not enough rights to manage pinned messages in the chat",
        "the bot is no administrator",
        arrange=lambda state: state.say(state.group, "mine"),
    ),
]

QUERIES = [
    bad(
        "answerCallbackQuery",
        {"callback_query_id": PRESS_ID, "text": "x" * 201},
        "MESSAGE_TOO_LONG",
        "over 200 characters",
    ),
    bad("answerCallbackQuery", {"callback_query_id": PRESS_ID}, OLD_QUERY, "answered before", arrange=queries_answered),
    bad("answerInlineQuery", offer(), OLD_QUERY, "answered before", arrange=queries_answered),
    bad("answerInlineQuery", offer(*[article()] * 51), "too many inline query results specified", "more than 50"),
    bad("answerInlineQuery", offer(article(), article()), "RESULT_ID_DUPLICATE", "two results of one id"),
    bad("answerInlineQuery", offer(article(id="x" * 65)), "RESULT_ID_INVALID", "an id of no bytes, or over 64"),
    bad("answerInlineQuery", offer(next_offset="x" * 65), "NEXT_OFFSET_INVALID", "over 64 bytes"),
    bad(
        "answerInlineQuery",
        offer(button={"text": "Set up", "start_parameter": "a b"}),
        "START_PARAM_INVALID",
        "other characters than A-Z, a-z, 0-9, _ and -, or over 64",
        page="inlinequeryresultsbutton",
    ),
    bad(
        "answerInlineQuery",
        offer("x"),
        "can't parse inline query result: Inline query result must be an object",
        "a result is none",
        page="inlinequeryresult",
    ),
    bad(
        "answerInlineQuery",
        offer(article(type="song")),
        "can't parse inline query result: unsupported type specified",
        "neither article nor picture; others here only",
        page="inlinequeryresult",
    ),
    bad(
        "answerInlineQuery",
        offer(article(title="")),
        "can't parse inline query result: Can't find field \"title\"",
        "an article without a title",
        page="inlinequeryresultarticle",
    ),
    bad(
        "answerInlineQuery",
        offer(article(input_message_content={"message_text": "x" * 4097})),
        "MESSAGE_TOO_LONG",
        "over 4,096 UTF-16 units",
        page="inputtextmessagecontent",
    ),
    bad(
        "answerInlineQuery",
        offer({"type": "photo", "id": "1", "photo_file_id": "unknown"}),
        "wrong remote file identifier specified: can't unserialize it. Wrong last symbol",
        "there is no such picture",
        page="inlinequeryresultcachedphoto",
    ),
]


def menu(*commands: Any, **params: Any) -> dict[str, Any]:
    return {"commands": list(commands), **params}


def command(name: str = "help", description: str = "Help") -> dict[str, str]:
    return {"command": name, "description": description}


SETTINGS = [
    bad(
        "setMyCommands",
        menu(*[command(f"c{number}") for number in range(101)]),
        "BOT_COMMANDS_TOO_MUCH",
        "more than 100 commands",
    ),
    bad("setMyCommands", menu(command("Help")), "BOT_COMMAND_INVALID", "other than a-z, 0-9 and _", page="botcommand"),
    bad(
        "setMyCommands",
        menu(command(description="")),
        "BOT_COMMAND_DESCRIPTION_INVALID",
        "no description, or over 256 characters",
        page="botcommand",
    ),
    bad("setMyCommands", menu("help"), "can't parse BotCommand: expected an Object", "a command is none"),
    bad(
        "setMyCommands",
        menu(command(), scope={"type": "moon"}),
        "can't parse BotCommandScope: Unsupported type specified",
        "there is no such scope",
        page="botcommandscope",
    ),
    bad(
        "setMyCommands",
        menu(command(), language_code="English"),
        "invalid language code specified",
        "the language is no two-letter code",
    ),
    bad("setMyDescription", {"description": "x" * 513}, "BOT_DESCRIPTION_TOO_LONG", "over 512 characters"),
    bad(
        "sendChatAction",
        {"chat_id": PRIVATE, "action": "dancing"},
        "wrong parameter action in request",
        "there is no such action",
    ),
    bad(
        "setWebhook",
        {"url": "ftp://127.0.0.1/"},
        "bad webhook: An HTTPS URL must be provided for webhook",
        "another scheme; plain HTTP passes, as with a local Bot API server",
    ),
    bad(
        "setWebhook",
        {"url": "https://example.org/hook"},
        "bad webhook: the sandbox reaches this computer only, not example.org",
        "another computer; here only",
    ),
    bad("setWebhook", webhook(secret_token="x" * 257), "secret token is too long", "over 256 characters"),
    bad(
        "setWebhook",
        webhook(secret_token="a b"),
        "secret token contains unallowed characters",
        "other than A-Z, a-z, 0-9, _ and -",
    ),
]

CASES: Sequence[Case] = [*REACH, *MEMBERS, *TEXTS, *ENTITIES, *BUTTONS, *FILES, *EDITS, *QUERIES, *SETTINGS]

#: Refusals that no single well-formed request brings about, with the test that does.
ELSEWHERE = [
    (401, "Unauthorized", "authorizing-your-bot", "another bot's token", "test_another_token_opens_nothing"),
    (404, "Not Found", "making-requests", "there is no such method", "test_an_unknown_method_is_not_found"),
    (
        400,
        "Bad Request: can't parse request body as JSON",
        "making-requests",
        "the body is no JSON",
        "test_a_broken_request_is_refused_in_telegrams_shape",
    ),
    (
        400,
        "Bad Request: expected a JSON object as request body",
        "making-requests",
        "the body is no JSON object",
        "test_a_broken_request_is_refused_in_telegrams_shape",
    ),
    (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        "getupdates",
        "a second poller came",
        "test_a_second_poller_ends_the_first_with_a_conflict",
    ),
    (
        409,
        "Conflict: terminated by setWebhook request",
        "getupdates",
        "a webhook was set while the bot polled",
        "test_a_webhook_ends_polling",
    ),
    (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        "getupdates",
        "there is a webhook",
        "test_a_webhook_ends_polling",
    ),
]
