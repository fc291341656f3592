"""Who is what in which chat: joining, leaving, promoting, blocking, topics, and the way from group to supergroup."""

from __future__ import annotations

from bot.sandbox import wire
from bot.sandbox.world import ABSENT, IN_CHARGE, Chat, ChatKind, Message, Role, Service, ServiceEvent, Topic, User
from bot.sandbox.writing import NotAllowedError, Writing


class Rooms(Writing):
    """Chats whose members, rights and topics change. Who does it is the person, unless ``by`` is given."""

    def set_bot_role(self, chat: Chat, role: Role, *, by: User | None = None) -> None:
        """Blocks or unblocks the bot, adds, promotes or removes it; the bot is told by ``my_chat_member``."""
        before = chat.role(self.bot.id)
        if before is role:
            return
        chat.roles[self.bot.id] = role
        self._tell_own_role(chat, before, by or self.author(chat))
        self._note_membership(chat, self.bot, before, by)
        self.tell_chat(chat)

    def set_own_role(self, chat: Chat, role: Role) -> None:
        """What the sandbox's own person is in a group or channel."""
        self.set_role(chat, self.person, role)

    def set_role(self, chat: Chat, person: User, role: Role, *, by: User | None = None) -> None:
        """Lets a person join, leave, be promoted or demoted; a bot that administers the chat may ask to be told."""
        before = chat.role(person.id)
        if before is role:
            return
        chat.roles[person.id] = role
        if chat.role(self.bot.id) in IN_CHARGE:
            self.updates.push("chat_member", self._change(chat, person, before, by or self.person))
        self._note_membership(chat, person, before, by or person)
        self.tell_chat(chat)

    def set_anonymous(self, chat: Chat, person: User, *, is_anonymous: bool) -> None:
        """Whether an administrator writes as the group itself.

        Raises:
            NotAllowedError: it is no supergroup.
        """
        if chat.kind is not ChatKind.SUPERGROUP:
            raise NotAllowedError("one is anonymous in supergroups only")
        if is_anonymous:
            chat.anonymous.add(person.id)
        else:
            chat.anonymous.discard(person.id)
        self.tell_chat(chat)

    def set_members_may_write(self, chat: Chat, *, they_may: bool) -> None:
        """Whether ordinary members of a group, the bot among them, may write."""
        chat.members_may_write = they_may
        self.tell_chat(chat)

    def set_deactivated(self, person: User, *, is_deactivated: bool) -> None:
        """Deletes a person's account, or brings it back, which Telegram could not do."""
        if is_deactivated:
            self.deactivated.add(person.id)
        else:
            self.deactivated.discard(person.id)
        self.tell_people()
        self.tell_chat(self.chats[person.id])

    def follow_group_link(
        self, chat: Chat, payload: str, *, by: User, as_administrator: bool = False
    ) -> Message | None:
        """A person opens ``t.me/bot?startgroup=payload`` and chooses a group, or a channel: the bot joins.

        Returns:
            What the person thereby says in a group, which carries the payload.

        Raises:
            NotAllowedError: the person may not add anybody here.
        """
        if chat.role(by.id) not in IN_CHARGE:
            raise NotAllowedError("only administrators add a bot here")
        wanted = Role.ADMINISTRATOR if as_administrator or chat.kind is ChatKind.CHANNEL else Role.MEMBER
        if chat.role(self.bot.id) not in IN_CHARGE:
            self.set_bot_role(chat, wanted, by=by)
        if chat.kind is ChatKind.CHANNEL:
            return None
        return self.say(chat, f"/start@{self.bot.username} {payload}".strip(), sender=by)

    def open_topic(self, chat: Chat, name: str, *, by: User | None = None) -> Topic:
        """A new topic of a forum.

        Raises:
            NotAllowedError: the chat is no forum, or the name is empty.
        """
        if chat.topics is None or not name.strip():
            raise NotAllowedError("a topic needs a forum and a name")
        opened = self._open_topic(chat, name.strip(), by)
        self.tell_bot(opened)
        self.tell_chat(chat)
        return chat.topics[opened.id]

    def set_topic_closed(self, chat: Chat, topic_id: int | None, *, is_closed: bool, by: User | None = None) -> None:
        """Closes or reopens a topic of a forum; None is the General topic.

        Raises:
            NotAllowedError: the chat has no such topic.
        """
        if chat.topics is None:
            raise NotAllowedError(f"{chat.title} is no forum")
        if chat.is_closed(topic_id) is is_closed:
            return
        if topic_id is None:
            chat.is_general_closed = is_closed
        else:
            self._topic(chat, topic_id).is_closed = is_closed
        event = ServiceEvent.TOPIC_CLOSED if is_closed else ServiceEvent.TOPIC_REOPENED
        self.tell_bot(self.post(chat, by or self.person, service=Service(event=event), topic_id=topic_id))
        self.tell_chat(chat)

    def delete_topic(self, chat: Chat, topic_id: int) -> None:
        """Takes a topic away with all its messages; the bot is not told, as by Telegram.

        Raises:
            NotAllowedError: the chat has no such topic.
        """
        self._topic(chat, topic_id)
        for message in self.messages(chat, topic_id):
            self.delete(message)
        assert chat.topics is not None
        del chat.topics[topic_id]
        self.tell_chat(chat)

    @staticmethod
    def _topic(chat: Chat, topic_id: int) -> Topic:
        topic = (chat.topics or {}).get(topic_id)
        if topic is None:
            raise NotAllowedError(f"there is no topic {topic_id} in {chat.title}")
        return topic

    def upgrade(self, chat: Chat, *, by: User | None = None) -> Chat:
        """Turns a basic group into a supergroup with another id and returns that.

        Raises:
            NotAllowedError: the chat is no basic group, or no longer one.
        """
        if chat.kind is not ChatKind.GROUP or chat.moved_to is not None:
            raise NotAllowedError(f"{chat.title} is not a basic group")
        new = Chat(
            id=-1_000_000_000_000 + chat.id,
            kind=ChatKind.SUPERGROUP,
            title=chat.title,
            roles=dict(chat.roles),
            members_may_write=chat.members_may_write,
        )
        self.keep_chat(new)
        chat.moved_to = new.id
        self.tell_chat(chat)
        self.tell_chat(new)
        leaving = Service(event=ServiceEvent.MOVED_TO, chat_id=new.id)
        arriving = Service(event=ServiceEvent.MOVED_FROM, chat_id=chat.id)
        self.tell_bot(self.post(chat, by or self.person, service=leaving))
        self.tell_bot(self.post(new, by or self.person, service=arriving))
        return new

    def _tell_own_role(self, chat: Chat, before: Role, by: User) -> None:
        self.updates.push("my_chat_member", self._change(chat, self.bot, before, by))

    def _change(self, chat: Chat, user: User, before: Role, by: User) -> dict[str, object]:
        return {
            "chat": wire.chat_json(chat),
            "from": wire.user_json(by),
            "date": wire.unix(self.clock.now()),
            "old_chat_member": wire.member_json(user, before, chat),
            "new_chat_member": wire.member_json(user, chat.role(user.id), chat),
        }

    def _note_membership(self, chat: Chat, user: User, before: Role, by: User | None) -> None:
        """The line a group shows when somebody comes or goes."""
        after = chat.role(user.id)
        if not chat.is_group or (before in ABSENT) is (after in ABSENT):
            return
        event = ServiceEvent.LEFT if after in ABSENT else ServiceEvent.JOINED
        self.tell_bot(self.post(chat, by or self.person, service=Service(event=event, user=user)))
