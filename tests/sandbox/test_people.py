"""What people do besides writing, and what the bot hears of it."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    ChatMemberAdministrator,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    KeyboardButton,
    Message,
    MessageOriginChannel,
    MessageOriginUser,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    Update,
)
from telegram.error import BadRequest

from bot.sandbox.contents import ANONYMOUS, BEN, IRA, MARA
from bot.sandbox.params import Upload
from bot.sandbox.state import SandboxState
from bot.sandbox.uploads import document, photo
from bot.sandbox.world import Key, Place, Role
from bot.sandbox.writing import InlineResult, NotAllowedError
from tests.sandbox.refusals import PNG


async def only_message(bot: Bot) -> Message:
    (update,) = await bot.get_updates()
    assert update.effective_message
    return update.effective_message


async def test_a_file_a_person_sends_can_be_fetched(bot: Bot, state: SandboxState) -> None:
    state.send_file(
        state.private, document(Upload(name="a.txt", media_type="text/plain", content=b"news")), caption="x"
    )

    message = await only_message(bot)
    assert message.document
    file = await message.document.get_file()
    assert (message.caption, message.document.file_name, message.document.mime_type) == ("x", "a.txt", "text/plain")
    assert bytes(await file.download_as_bytearray()) == b"news"


async def test_a_picture_a_person_sends_has_its_size(bot: Bot, state: SandboxState) -> None:
    state.send_file(state.private, photo(Upload(name="a.png", media_type="image/png", content=PNG)))

    message = await only_message(bot)
    assert [(size.width, size.height) for size in message.photo] == [(640, 360)]


async def test_a_place_is_shared(bot: Bot, state: SandboxState) -> None:
    state.share_place(state.private, Place(latitude=-1.286, longitude=36.817))

    message = await only_message(bot)
    assert message.location
    assert (message.location.latitude, message.location.longitude) == (-1.286, 36.817)


async def test_a_forwarded_post_names_its_channel(bot: Bot, state: SandboxState) -> None:
    post = state.say(state.channel, "Ferries are back.")
    await bot.get_updates(offset=-1)
    state.updates.drop_all()

    state.forward(post, state.private)

    message = await only_message(bot)
    assert message.text == "Ferries are back."
    assert isinstance(message.forward_origin, MessageOriginChannel)
    assert (message.forward_origin.chat.username, message.forward_origin.message_id) == ("morning_wire", post.id)


async def test_a_forwarded_message_of_a_person_names_them(bot: Bot, state: SandboxState) -> None:
    said = state.say(state.group, "I saw it.", sender=BEN)

    state.forward(said, state.private)

    message = await only_message(bot)
    assert isinstance(message.forward_origin, MessageOriginUser)
    assert message.forward_origin.sender_user.first_name == "Ben"


async def test_a_protected_message_is_not_forwarded(bot: Bot, state: SandboxState) -> None:
    await bot.send_message(state.group.id, "secret", protect_content=True)

    with pytest.raises(NotAllowedError, match="cannot be forwarded"):
        state.forward(state.messages(state.group)[-1], state.private)


async def test_an_anonymous_administrator_writes_as_the_group_and_presses_as_themselves(
    bot: Bot, state: SandboxState
) -> None:
    state.say(state.forum, "/settings", sender=IRA)

    message = await only_message(bot)
    assert message.from_user
    assert message.from_user.id == ANONYMOUS.id
    assert message.sender_chat
    assert message.sender_chat.id == state.forum.id
    member = await bot.get_chat_member(state.forum.id, IRA.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert member.is_anonymous


async def test_a_demoted_anonymous_administrator_has_a_name_again(bot: Bot, state: SandboxState) -> None:
    state.set_role(state.forum, IRA, Role.MEMBER)

    state.say(state.forum, "/settings", sender=IRA)

    assert (await only_message(bot)).from_user == (await bot.get_chat_member(state.forum.id, IRA.id)).user


async def test_nobody_is_anonymous_in_a_basic_group(state: SandboxState) -> None:
    with pytest.raises(NotAllowedError, match="in supergroups only"):
        state.set_anonymous(state.group, MARA, is_anonymous=True)


async def test_a_person_without_a_username_is_mentioned_by_link(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, f'ask <a href="tg://user?id={BEN.id}">Ben</a>', is_html=True)

    message = await only_message(bot)
    assert [(entity.type, entity.user.first_name) for entity in message.entities if entity.user] == [
        ("text_mention", "Ben")
    ]


async def test_who_leaves_a_group_may_not_write_there(state: SandboxState) -> None:
    state.set_role(state.group, BEN, Role.LEFT)

    with pytest.raises(NotAllowedError, match="only members write here"):
        state.say(state.group, "hello?", sender=BEN)


async def test_a_silenced_group_and_a_closed_topic_are_for_administrators(state: SandboxState) -> None:
    state.set_members_may_write(state.group, they_may=False)
    state.set_topic_closed(state.forum, None, is_closed=True)

    for chat, words in ((state.group, "only administrators may write here"), (state.forum, "the topic is closed")):
        with pytest.raises(NotAllowedError, match=words):
            state.say(chat, "hello?", sender=BEN)
        state.say(chat, "order, please", sender=MARA)


async def test_an_administrator_bot_that_asks_hears_of_members(bot: Bot, state: SandboxState) -> None:
    await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    state.set_bot_role(state.channel, Role.MEMBER)
    state.set_role(state.channel, BEN, Role.LEFT)
    state.set_bot_role(state.channel, Role.ADMINISTRATOR)
    state.set_role(state.channel, MARA, Role.MEMBER)

    updates = [update.chat_member for update in await bot.get_updates() if update.chat_member]
    assert [
        (update.new_chat_member.user.first_name, update.old_chat_member.status, update.new_chat_member.status)
        for update in updates
    ] == [("Mara", "administrator", "member")]


async def test_members_come_and_go_with_a_line_in_the_group(bot: Bot, state: SandboxState) -> None:
    state.set_role(state.group, BEN, Role.LEFT)
    state.set_role(state.group, BEN, Role.MEMBER)

    messages = [update.message for update in await bot.get_updates() if update.message]
    assert [message.left_chat_member.first_name for message in messages if message.left_chat_member] == ["Ben"]
    assert [user.first_name for message in messages for user in message.new_chat_members] == ["Ben"]


async def test_the_bot_hears_who_changed_its_part(bot: Bot, state: SandboxState) -> None:
    state.set_bot_role(state.group, Role.ADMINISTRATOR, by=MARA)
    await bot.leave_chat(state.group.id)

    changes = [update.my_chat_member for update in await bot.get_updates() if update.my_chat_member]
    assert [change.from_user.first_name for change in changes] == ["Mara", "Echo"]


async def test_a_group_link_adds_the_bot_and_carries_the_payload(bot: Bot, state: SandboxState) -> None:
    state.set_bot_role(state.group, Role.LEFT)
    await bot.get_updates(offset=-1)
    state.updates.drop_all()

    state.follow_group_link(state.group, "at-0800", by=MARA)

    updates = await bot.get_updates()
    assert [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member] == ["member"]
    assert [update.message.text for update in updates if update.message][-1] == "/start@echo_bot at-0800"
    with pytest.raises(NotAllowedError):
        state.follow_group_link(state.group, "at-0800", by=BEN)


async def test_a_channel_link_makes_the_bot_an_administrator(bot: Bot, state: SandboxState) -> None:
    state.set_bot_role(state.channel, Role.LEFT)

    assert state.follow_group_link(state.channel, "", by=MARA) is None

    assert state.channel.role(state.bot.id) is Role.ADMINISTRATOR


async def test_topics_are_opened_and_deleted_with_their_messages(bot: Bot, state: SandboxState) -> None:
    topic = state.open_topic(state.forum, "Weather")
    sent = await bot.send_message(state.forum.id, "rain", message_thread_id=topic.id)
    (update,) = await bot.get_updates()

    state.delete_topic(state.forum, topic.id)

    assert update.message
    assert update.message.forum_topic_created
    assert update.message.forum_topic_created.name == "Weather"
    assert state.message(state.forum, sent.message_id) is None


async def test_a_deleted_account_comes_back_only_here(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, "/start")
    state.set_deactivated(state.person, is_deactivated=True)
    with pytest.raises(NotAllowedError, match="account is deleted"):
        state.say(state.private, "hello?")

    state.set_deactivated(state.person, is_deactivated=False)

    assert await bot.send_message(state.private.id, "back")


async def test_words_after_the_bots_name_are_offered_results_and_one_is_sent(bot: Bot, state: SandboxState) -> None:
    query = state.ask_inline(state.group, "ferry", sender=BEN)
    asked = (await bot.get_updates(offset=-1))[0].inline_query
    assert asked
    content = InputTextMessageContent("<b>Ferries</b> are back", parse_mode="HTML")
    await asked.answer(
        [InlineQueryResultArticle("1", "Ferries", content)],
        button=InlineQueryResultsButton("Set up", start_parameter="s"),
    )
    sent = state.choose_inline(query, "1")
    told = (await bot.get_updates(offset=-1))[0].message

    assert (asked.query, asked.chat_type, asked.from_user.first_name) == ("ferry", "group", "Ben")
    assert query.answer
    assert [type(result) for result in query.answer.results] == [InlineResult]
    assert (sent.text, sent.sender, sent.is_inline) == ("Ferries are back", BEN, True)
    assert told
    assert told.via_bot
    assert told.via_bot.username == "echo_bot"
    with pytest.raises(LookupError, match="expected one of"):
        state.choose_inline(query, "2")


async def test_the_bot_copies_without_and_forwards_with_the_name(bot: Bot, state: SandboxState) -> None:
    said = state.say(state.private, "<b>A word</b> to all", is_html=True)

    await bot.copy_message(state.group.id, state.private.id, said.id)
    forwarded = await bot.forward_message(state.group.id, state.private.id, said.id)

    copied = state.messages(state.group)[0]
    assert (copied.content, copied.origin, copied.by_bot) == (said.content, None, True)
    assert isinstance(forwarded.forward_origin, MessageOriginUser)
    assert (forwarded.text, forwarded.forward_origin.sender_user.first_name) == ("A word to all", "You")


async def test_a_keyboard_stands_until_it_is_taken_away(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, "/start")
    keys = ReplyKeyboardMarkup([[KeyboardButton("Where I am", request_location=True), "Other"]], one_time_keyboard=True)

    await bot.send_message(state.private.id, "Where?", reply_markup=keys)
    await bot.send_message(state.private.id, "Thanks", reply_markup=ReplyKeyboardRemove())

    given, taken = (message.keyboard for message in state.messages(state.private)[-2:])
    assert given
    assert given.rows == ((Key(text="Where I am", asks_location=True), Key(text="Other")),)
    assert taken
    assert taken.rows == ()


async def test_a_picture_sent_again_by_its_id_keeps_it(bot: Bot, state: SandboxState) -> None:
    first = await bot.send_photo(state.group.id, PNG)
    again = await bot.send_photo(state.channel.id, first.photo[-1].file_id)

    assert again.photo[-1].file_id == first.photo[-1].file_id


async def test_what_is_pinned_is_told_and_shown_until_taken_down(bot: Bot, state: SandboxState) -> None:
    sent = await bot.send_message(state.channel.id, "first of all")

    await bot.pin_chat_message(state.channel.id, sent.message_id)
    pinned = (await bot.get_chat(state.channel.id)).pinned_message
    await bot.unpin_chat_message(state.channel.id)

    assert pinned
    assert pinned.message_id == sent.message_id
    assert (await bot.get_chat(state.channel.id)).pinned_message is None
    with pytest.raises(BadRequest, match="Message to unpin not found"):
        await bot.unpin_chat_message(state.channel.id)
