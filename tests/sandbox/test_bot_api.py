"""What python-telegram-bot gets from the sandbox: results, and the exceptions Telegram's refusals become."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    ChatMemberAdministrator,
    ChatMemberMember,
    ChatMemberOwner,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

from bot.sandbox.limits import FloodLimits
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Role
from bot.sandbox.writing import Answer
from tests.sandbox_fixtures import connected_bot

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 360) + bytes(20)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 360, 640) + bytes(8)
TOO_LONG = "x" * 4097


@pytest.fixture
def chat(state: SandboxState) -> Chat:
    """The private chat, once the person has started it."""
    state.say(state.private, "/start")
    return state.private


def one_button(**fields: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("More", **fields)]])


async def test_the_bot_learns_who_it_is(bot: Bot) -> None:
    me = await bot.get_me()

    assert (me.username, me.is_bot, me.can_read_all_group_messages) == ("echo_bot", True, False)


async def test_another_token_opens_nothing(state: SandboxState, address: str) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("2000000000:another", base_url=f"{address}/bot"):
            pass


async def test_an_unknown_method_is_not_found(bot: Bot) -> None:
    with pytest.raises(InvalidToken, match="Not Found"):
        await bot.create_forum_topic(-1002000000001, "New")


async def test_a_message_comes_back_as_telegram_stores_it(bot: Bot, state: SandboxState, chat: Chat) -> None:
    sent = await bot.send_message(
        chat.id,
        " <b>Hi</b> &amp; /help ",
        parse_mode=ParseMode.HTML,
        reply_markup=one_button(callback_data="more"),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        disable_notification=True,
        protect_content=True,
    )

    kept = state.messages(chat)[-1]
    assert sent.text == "Hi & /help"
    assert [(entity.type, entity.offset, entity.length) for entity in sent.entities] == [
        ("bold", 0, 2),
        ("bot_command", 5, 5),
    ]
    assert sent.reply_markup == one_button(callback_data="more")
    assert sent.has_protected_content
    assert (kept.is_silent, kept.is_protected, kept.shows_preview, kept.by_bot) == (True, True, False, True)


async def test_messages_are_stamped_with_the_sandbox_clock(bot: Bot, state: SandboxState, chat: Chat) -> None:
    state.clock.move_by(timedelta(days=400))

    sent = await bot.send_message(chat.id, "later")

    assert abs(sent.date - state.clock.now()) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Message text is empty"),
        (" \n ", "Message text is empty"),
        ("<b></b>", "Message text is empty"),
        (TOO_LONG, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
        ("<b>open", "Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_a_text_telegram_would_not_take_is_refused(bot: Bot, chat: Chat, text: str, complaint: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){complaint}"):
        await bot.send_message(chat.id, text, parse_mode=ParseMode.HTML)


async def test_the_length_counts_after_the_tags_are_gone(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, f"<b>{'😀' * 2048}</b>", parse_mode=ParseMode.HTML)

    assert sent.text == "😀" * 2048


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (one_button(callback_data="é" * 33), "Button_data_invalid"),
        (one_button(url="no address"), "Inline keyboard button url"),
        (one_button(), "Text buttons are unallowed"),
    ],
)
async def test_buttons_telegram_would_not_take_are_refused(bot: Bot, chat: Chat, markup: Any, complaint: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){complaint}"):
        await bot.send_message(chat.id, "x", reply_markup=markup)


async def test_callback_data_may_have_64_bytes(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "x", reply_markup=one_button(callback_data="é" * 32))

    assert sent.reply_markup == one_button(callback_data="é" * 32)


async def test_a_button_may_copy_a_text(bot: Bot, chat: Chat) -> None:
    copy = one_button(copy_text=CopyTextButton("figures"))

    assert (await bot.send_message(chat.id, "x", reply_markup=copy)).reply_markup == copy
    with pytest.raises(BadRequest, match="Button_copy_text_invalid"):
        await bot.send_message(chat.id, "x", reply_markup=one_button(copy_text=CopyTextButton("x" * 257)))


@pytest.mark.filterwarnings("ignore:Please use")
@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ({"inline_keyboard": {}}, "expected an array of arrays"),
        ({"inline_keyboard": [["text"]]}, "expected an object"),
        ({"inline_keyboard": [[{"text": " ", "callback_data": "x"}]]}, 'field "text" must be non-empty'),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "x"}]] * 101}, "reply_markup_too_long"),
    ],
)
async def test_a_malformed_keyboard_is_refused(bot: Bot, chat: Chat, markup: Any, complaint: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){complaint}"):
        await bot.do_api_request("sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": markup})


async def test_every_kind_of_entity_keeps_what_belongs_to_it(bot: Bot, state: SandboxState, chat: Chat) -> None:
    source = (
        '<a href="https://a.org">l</a> <a href="tg://user?id=1000001">u</a> <tg-emoji emoji-id="5">e</tg-emoji> '
        '<tg-time unix="1700000000">t</tg-time> <pre><code class="language-sh">p</code></pre>'
    )

    sent = await bot.send_message(chat.id, source, parse_mode=ParseMode.HTML)

    link, mention, emoji, moment, block = sent.entities
    assert (link.url, emoji.custom_emoji_id, block.language) == ("https://a.org", "5", "sh")
    assert mention.user
    assert mention.user.id == state.person.id
    assert moment.unix_time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


async def test_only_html_formats_here(bot: Bot, chat: Chat) -> None:
    with pytest.raises(BadRequest, match="Unsupported parse_mode"):
        await bot.send_message(chat.id, "*x*", parse_mode=ParseMode.MARKDOWN_V2)
    with pytest.raises(BadRequest, match="html only"):
        await bot.send_message(chat.id, "x", entities=[MessageEntity("bold", 0, 1)])


async def test_an_edit_replaces_text_and_buttons(bot: Bot, state: SandboxState, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "before", reply_markup=one_button(callback_data="a"))

    await bot.edit_message_text("<i>after</i>", chat.id, sent.message_id, parse_mode=ParseMode.HTML)

    kept = state.messages(chat)[-1]
    assert (kept.text, kept.buttons, kept.edited is not None) == ("after", (), True)


async def test_other_buttons_leave_no_edit_mark(bot: Bot, state: SandboxState, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "text", reply_markup=one_button(callback_data="a"))

    await bot.edit_message_reply_markup(chat.id, sent.message_id, reply_markup=one_button(callback_data="b"))

    kept = state.messages(chat)[-1]
    assert (kept.buttons[0][0].data, kept.edited) == ("b", None)


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "<b>same</b>", parse_mode=ParseMode.HTML)

    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_text(" <strong>same</strong>", chat.id, sent.message_id, parse_mode=ParseMode.HTML)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(chat.id, sent.message_id)


async def test_only_its_own_messages_can_be_edited(bot: Bot, state: SandboxState, chat: Chat) -> None:
    said = state.say(chat, "mine")

    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("yours", chat.id, said.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("yours", chat.id, 999)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.edit_message_text(TOO_LONG, chat.id, (await bot.send_message(chat.id, "x")).message_id)


async def test_a_deleted_message_is_gone_and_an_old_one_stays(bot: Bot, state: SandboxState, chat: Chat) -> None:
    first = await bot.send_message(chat.id, "first")
    second = await bot.send_message(chat.id, "second")

    await bot.delete_message(chat.id, first.message_id)
    state.clock.move_by(timedelta(hours=49))

    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(chat.id, first.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(chat.id, second.message_id)
    assert [message.text for message in state.messages(chat)] == ["/start", "second"]


async def test_a_reply_shows_what_it_answers(bot: Bot, state: SandboxState, chat: Chat) -> None:
    said = state.say(chat, "question")

    sent = await bot.send_message(chat.id, "answer", reply_parameters=ReplyParameters(said.id))

    assert sent.reply_to_message
    assert sent.reply_to_message.text == "question"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(chat.id, "answer", reply_parameters=ReplyParameters(999))
    await bot.send_message(chat.id, "anyway", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True))


async def test_a_pressed_button_is_answered_once(bot: Bot, state: SandboxState, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=one_button(callback_data="data"))

    query = state.press(state.messages(chat)[-1], "More")
    update = (await bot.get_updates(offset=-1))[0]
    assert update.callback_query
    await update.callback_query.answer("Done", show_alert=True)

    assert (update.callback_query.data, update.callback_query.from_user.id) == ("data", state.person.id)
    assert query.answer == Answer(text="Done", is_alert=True)
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer()


async def test_a_callback_answer_has_200_characters(bot: Bot, state: SandboxState, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=one_button(callback_data="data"))
    query = state.press(state.messages(chat)[-1], "More")

    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(query.id, "x" * 201)


@pytest.mark.parametrize("picture", [PNG, JPEG])
async def test_a_photo_has_its_size_and_caption_and_can_be_fetched(bot: Bot, chat: Chat, picture: bytes) -> None:
    sent = await bot.send_photo(chat.id, picture, caption="<b>Map</b>", parse_mode=ParseMode.HTML)

    file = await bot.get_file(sent.photo[-1].file_id)
    assert (sent.caption, sent.photo[-1].width, sent.photo[-1].height) == ("Map", 640, 360)
    assert bytes(await file.download_as_bytearray()) == picture


async def test_a_document_keeps_its_name_and_can_be_sent_again_by_id(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_document(chat.id, b"a,b\n1,2\n", filename="figures.csv")
    assert sent.document
    again = await bot.send_document(chat.id, sent.document.file_id)

    assert again.document
    assert (again.document.file_name, again.document.file_size) == ("figures.csv", 8)


async def test_files_telegram_would_not_take_are_refused(bot: Bot, chat: Chat) -> None:
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(chat.id, b"no picture")
    with pytest.raises(BadRequest, match="Photo_invalid_dimensions"):
        await bot.send_photo(chat.id, PNG[:16] + struct.pack(">II", 9000, 1001) + PNG[24:])
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(chat.id, b"")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(chat.id, PNG, caption="x" * 1025)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(chat.id, "unknown")
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("unknown")


async def test_a_photo_has_no_text_to_edit(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_photo(chat.id, PNG)

    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", chat.id, sent.message_id)


async def test_a_chat_that_never_started_or_blocked_the_bot_refuses_it(bot: Bot, state: SandboxState) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(state.private.id, "hi")

    state.say(state.private, "/start")
    state.set_bot_role(state.private, Role.KICKED)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(state.private.id, "hi")

    state.set_bot_role(state.private, Role.MEMBER)
    await bot.send_message(state.private.id, "hi")


async def test_groups_and_channels_that_removed_the_bot_refuse_it(bot: Bot, state: SandboxState) -> None:
    for chat in (state.group, state.forum, state.channel):
        state.set_bot_role(chat, Role.KICKED)

    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(state.group.id, "hi")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(state.forum.id, "hi")
    with pytest.raises(Forbidden, match="bot was kicked from the channel chat"):
        await bot.send_message("@morning_wire", "hi")


async def test_a_bot_that_left_is_no_member(bot: Bot, state: SandboxState) -> None:
    await bot.leave_chat(state.group.id)

    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(state.group.id, "hi")
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.get_chat_administrators(state.group.id)


async def test_an_ordinary_member_cannot_post_in_a_channel(bot: Bot, state: SandboxState) -> None:
    state.set_bot_role(state.channel, Role.MEMBER)

    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await bot.send_message(state.channel.id, "hi")


async def test_an_upgraded_group_names_its_new_id(bot: Bot, state: SandboxState) -> None:
    new = state.upgrade(state.group)

    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(state.group.id, "hi")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "hi")


@pytest.mark.parametrize("chat_id", [424242, "@nobody_here", "nonsense"])
async def test_an_unknown_chat_is_not_found(bot: Bot, chat_id: int | str) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(chat_id, "hi")


async def test_topics_that_are_closed_or_unknown_refuse_the_bot(bot: Bot, state: SandboxState) -> None:
    topic_id = next(iter(state.forum.topics or {}))
    sent = await bot.send_message(state.forum.id, "hi", message_thread_id=topic_id)
    assert (sent.message_thread_id, sent.is_topic_message) == (topic_id, True)

    state.set_topic_closed(state.forum, topic_id, is_closed=True)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(state.forum.id, "hi", message_thread_id=topic_id)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(state.forum.id, "hi", message_thread_id=1)
    general = await bot.send_message(state.forum.id, "hi")
    assert general.message_thread_id is None

    state.set_bot_role(state.forum, Role.ADMINISTRATOR)
    await bot.send_message(state.forum.id, "an administrator may", message_thread_id=topic_id)


async def test_the_narrowest_command_menu_is_shown(bot: Bot, state: SandboxState) -> None:
    await bot.set_my_commands([("help", "Everywhere")])
    await bot.set_my_commands([("help", "In groups")], scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands([("help", "Here")], scope=BotCommandScopeChat(state.group.id), language_code="en")

    def shown(chat: Chat) -> list[str]:
        return [command.description for command in state.menus.shown(chat, state.person)]

    assert (shown(state.private), shown(state.forum), shown(state.group)) == (["Everywhere"], ["In groups"], ["Here"])
    assert shown(state.channel) == []
    assert await bot.get_my_commands() == (BotCommand("help", "Everywhere"),)

    await bot.delete_my_commands(scope=BotCommandScopeChat(state.group.id), language_code="en")
    assert shown(state.group) == ["In groups"]


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ([("Help", "x")], "bot_command_invalid"),
        ([("a-b", "x")], "bot_command_invalid"),
        ([("help", "")], "bot_command_description_invalid"),
        ([(f"c{number}", "x") for number in range(101)], "bot_commands_too_much"),
    ],
)
async def test_menus_telegram_would_not_take_are_refused(
    bot: Bot, commands: list[tuple[str, str]], complaint: str
) -> None:
    with pytest.raises(BadRequest, match=f"(?i){complaint}"):
        await bot.set_my_commands(commands)


async def test_the_bot_can_ask_who_is_in_a_chat(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, "/start")
    administrators = await bot.get_chat_administrators(state.group.id)
    in_channel = await bot.get_chat_member(state.channel.id, state.bot.id)
    in_group = await bot.get_chat_member(state.group.id, state.bot.id)

    assert [(type(member), member.user.first_name) for member in administrators] == [
        (ChatMemberOwner, "You"),
        (ChatMemberAdministrator, "Mara"),
        (ChatMemberAdministrator, "Ira"),
    ]
    assert [getattr(member, "is_anonymous", None) for member in administrators] == [False, False, False]
    in_forum = await bot.get_chat_administrators(state.forum.id)
    assert [getattr(member, "is_anonymous", None) for member in in_forum] == [False, False, True]
    assert isinstance(in_channel, ChatMemberAdministrator)
    assert in_channel.can_post_messages
    assert isinstance(in_group, ChatMemberMember)
    assert await bot.get_chat_member_count(state.group.id) == 5
    assert (await bot.get_chat("@morning_wire")).title == "Morning wire"
    with pytest.raises(BadRequest, match="There are no administrators in the private chat"):
        await bot.get_chat_administrators(state.private.id)
    with pytest.raises(BadRequest, match="Participant_id_invalid"):
        await bot.get_chat_member(state.group.id, 5)


async def test_the_bot_describes_itself_in_512_characters(bot: Bot) -> None:
    await bot.set_my_description("x" * 512)

    assert (await bot.get_my_description()).description == "x" * 512
    with pytest.raises(BadRequest, match="Bot_description_too_long"):
        await bot.set_my_description("x" * 513)


async def test_what_no_chat_shows_is_accepted(bot: Bot, chat: Chat) -> None:
    sent = await bot.send_message(chat.id, "pin me", reply_markup=ForceReply())

    assert await bot.set_my_short_description("About")
    assert await bot.pin_chat_message(chat.id, sent.message_id)
    assert await bot.send_chat_action(chat.id, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(chat.id, "dancing")


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_floods_are_held_back_where_limits_are_enforced(state: SandboxState, address: str) -> None:
    state.limits = FloodLimits(monotonic=lambda: 0.0)
    chats = [state.add_person(f"P{number}") for number in range(7)]
    for chat in chats:
        state.say(chat, "/start")
    async with connected_bot(state, address) as bot:
        for _ in range(5):
            await bot.send_message(chats[0].id, "hi")
        with pytest.raises(RetryAfter) as too_fast:
            await bot.send_message(chats[0].id, "hi")
        for chat in chats[1:6]:
            for _ in range(5):
                await bot.send_message(chat.id, "hi")
        with pytest.raises(RetryAfter):
            await bot.send_message(chats[6].id, "hi")

    assert str(too_fast.value) == "Flood control exceeded. Retry in 1 seconds"


def test_a_group_takes_twenty_messages_a_minute() -> None:
    now = 0.0
    limits = FloodLimits(monotonic=lambda: now)
    passed = 0
    for second in range(60):
        now = float(second)
        passed += limits.wait(-5) == 0

    assert passed == 39  # a burst of 20, then one in three seconds
