"""Telegram's HTML: text with tags in, plain text and entities out, or the server's own complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.sandbox.refusals import Refusal, bad_request

ENTITY_LIMIT = 100  #: formatting entities a message (Bot API; Telegram drops the rest, the sandbox refuses)


class EntityKind(StrEnum):
    """The Bot API's ``MessageEntity`` types that the sandbox knows."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    BLOCKQUOTE = "blockquote"
    EXPANDABLE_BLOCKQUOTE = "expandable_blockquote"
    CODE = "code"
    PRE = "pre"
    TEXT_LINK = "text_link"
    TEXT_MENTION = "text_mention"
    CUSTOM_EMOJI = "custom_emoji"
    DATE_TIME = "date_time"
    BOT_COMMAND = "bot_command"
    MENTION = "mention"
    HASHTAG = "hashtag"
    URL = "url"


QUOTES = frozenset({EntityKind.BLOCKQUOTE, EntityKind.EXPANDABLE_BLOCKQUOTE})
VERBATIM = frozenset({EntityKind.CODE, EntityKind.PRE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A formatted stretch of a message; offset and length count UTF-16 code units."""

    kind: EntityKind
    offset: int
    length: int
    argument: str = ""  #: the URL, language, emoji id or Unix time its kind asks for

    @property
    def end(self) -> int:
        """The offset after the last code unit."""
        return self.offset + self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class FormattedText:
    """Plain text and its entities, in order of offset, the longer first."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units, the unit of every Bot API length."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> FormattedText:
    """Reads Telegram's HTML, trims the white space around it and checks how entities nest.

    Raises:
        Refusal: 400 "can't parse entities: ...", with the byte offset where Telegram gives one.
    """
    parsed = _Parser(source).parse()
    _check_nesting(parsed.entities)
    return trimmed(parsed)


def plain(text: str) -> FormattedText:
    """Text without a parse mode."""
    return trimmed(FormattedText(text=text))


def trimmed(formatted: FormattedText) -> FormattedText:
    """Without white space at either end, as the server stores it; entities left empty go."""
    text = formatted.text.strip()
    cut = utf16_length(formatted.text) - utf16_length(formatted.text.lstrip())
    length = utf16_length(text)
    kept = []
    for entity in formatted.entities:
        start, end = max(entity.offset - cut, 0), min(entity.end - cut, length)
        if start < end:
            kept.append(replace(entity, offset=start, length=end - start))
    return FormattedText(text=text, entities=tuple(kept))


def with_detected(formatted: FormattedText) -> FormattedText:
    """Adds what every client sees without markup: commands, mentions, hashtags and addresses."""
    taken = [entity for entity in formatted.entities if entity.kind in VERBATIM | {EntityKind.TEXT_LINK}]
    found = [
        entity
        for entity in _detected(formatted.text)
        if not any(entity.offset < other.end and other.offset < entity.end for other in taken)
    ]
    return FormattedText(text=formatted.text, entities=_in_order([*formatted.entities, *found]))


_DETECTABLE = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?!\w)"
    r"|(?<![\w#])(?P<hashtag>\#\w*[^\W\d]\w*)"
)


def _detected(text: str) -> Iterator[Entity]:
    for match in _DETECTABLE.finditer(text):
        yield Entity(
            kind=EntityKind(str(match.lastgroup)),
            offset=utf16_length(text[: match.start()]),
            length=utf16_length(match.group()),
        )


def _in_order(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """Every entity before those inside it; of two over the same stretch, quotes first and code last."""

    def depth(entity: Entity) -> int:
        return 0 if entity.kind in QUOTES else 2 if entity.kind in VERBATIM else 1

    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length, depth(entity))))


def _check_nesting(entities: Sequence[Entity]) -> None:
    """Refuses what Telegram would silently throw away, so that a test sees it."""
    if len(entities) > ENTITY_LIMIT:
        raise _cannot_parse(f"{len(entities)} entities, Telegram keeps only the first {ENTITY_LIMIT}")
    around: list[Entity] = []
    for entity in entities:
        around = [outer for outer in around if outer.end > entity.offset]
        for outer in around:
            if not _may_contain(outer.kind, entity.kind):
                raise _cannot_parse(f'"{entity.kind}" inside "{outer.kind}", Telegram drops one of them')
        around.append(entity)


def _may_contain(outer: EntityKind, inner: EntityKind) -> bool:
    if outer in QUOTES:
        return inner not in QUOTES
    return outer not in VERBATIM and inner not in VERBATIM


def _cannot_parse(reason: str) -> Refusal:
    return bad_request(f"can't parse entities: {reason}")


_SIMPLE_TAGS = {
    "b": EntityKind.BOLD,
    "strong": EntityKind.BOLD,
    "i": EntityKind.ITALIC,
    "em": EntityKind.ITALIC,
    "u": EntityKind.UNDERLINE,
    "ins": EntityKind.UNDERLINE,
    "s": EntityKind.STRIKETHROUGH,
    "strike": EntityKind.STRIKETHROUGH,
    "del": EntityKind.STRIKETHROUGH,
    "tg-spoiler": EntityKind.SPOILER,
    "span": EntityKind.SPOILER,
    "tg-emoji": EntityKind.CUSTOM_EMOJI,
    "tg-time": EntityKind.DATE_TIME,
    "pre": EntityKind.PRE,
    "code": EntityKind.CODE,
}
_TAGS = frozenset({*_SIMPLE_TAGS, "a", "blockquote"})
_NAMED_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<decimal>[0-9]+)|(?P<name>lt|gt|amp|quot));?")
_LINK_SCHEMES = re.compile(r"(?:https?|tg|tonsite|mailto|tel)://?.+|mailto:.+|tel:.+", re.IGNORECASE | re.DOTALL)
_PLAIN = re.compile(r"[^<&]+")
_SPACE = re.compile(r"\s+")
_TAG_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
_BARE_VALUE = re.compile(r"[A-Za-z0-9.\-]*")
_QUOTED = {'"': re.compile(r'[^"&]+'), "'": re.compile(r"[^'&]+")}
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")


@dataclass(slots=True, kw_only=True)
class _OpenTag:
    name: str
    argument: str
    offset: int  #: UTF-16 units of output before it
    place: int  #: stretches of output before it


@dataclass(slots=True)
class _Parser:
    """Reads the source once, left to right; the complaints are worded as Telegram's."""

    source: str
    position: int = 0
    output: list[str] = field(default_factory=list)
    offset: int = 0
    open_tags: list[_OpenTag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)  #: in the order their tags end, the inner before the outer

    def parse(self) -> FormattedText:
        while self.position < len(self.source):
            if self.source[self.position] == "<":
                if self.source.startswith("</", self.position):
                    self._end_tag()
                else:
                    self._start_tag()
            else:
                self._emit(self._skip(_PLAIN) or self._character())
        if self.open_tags:
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        return FormattedText(text="".join(self.output), entities=_in_order(self.entities[::-1]))

    def _emit(self, stretch: str) -> None:
        self.output.append(stretch)
        self.offset += utf16_length(stretch)

    def _character(self) -> str:
        """The next character, a reference decoded; moves past it."""
        if match := _CHARACTER_REFERENCE.match(self.source, self.position):
            decoded = _decode(match)
            if decoded:
                self.position = match.end()
                return decoded
        self.position += 1
        return self.source[self.position - 1]

    def _byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode())

    def _peek(self) -> str:
        """The next character; empty at the end."""
        return self.source[self.position : self.position + 1]

    def _skip(self, pattern: re.Pattern[str]) -> str:
        """Moves past what ``pattern`` matches here, and returns it."""
        match = pattern.match(self.source, self.position)
        if match is None:
            return ""
        self.position = match.end()
        return match.group()

    def _start_tag(self) -> None:
        begin = self.position
        where = f"at byte offset {self._byte_offset(begin)}"
        self.position += 1
        name = self._skip(_TAG_NAME).lower()
        if not self._peek():
            raise _cannot_parse(f"Unclosed start tag {where}")
        if name not in _TAGS:
            raise _cannot_parse(f'Unsupported start tag "{name}" {where}')
        attributes = self._attributes(name, where)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise _cannot_parse(f'Tag "span" must have class "tg-spoiler" {where}')
        self.open_tags.append(
            _OpenTag(name=name, argument=_argument(name, attributes), offset=self.offset, place=len(self.output))
        )

    def _attributes(self, tag: str, where: str) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip(_SPACE)
            if self._peek() == ">":
                self.position += 1
                return attributes
            name = self._skip(_ATTRIBUTE_NAME).lower()
            if not self._peek():
                raise _cannot_parse(f'Unclosed start tag "{tag}" {where}')
            if not name:
                raise _cannot_parse(f'Empty attribute name in the tag "{tag}" {where}')
            self._skip(_SPACE)
            attributes[name] = self._attribute_value(tag, where) if self._peek() == "=" else name

    def _attribute_value(self, tag: str, where: str) -> str:
        self.position += 1
        self._skip(_SPACE)
        begin = self.position
        mark = self._peek()
        if mark not in {'"', "'"}:
            value = self._skip(_BARE_VALUE).lower()
            if self._peek() and not re.match(r"[\s>]", self._peek()):
                raise _cannot_parse(f"Unexpected end of name token at byte offset {self._byte_offset(begin)}")
        else:
            self.position += 1
            characters = []
            while self._peek() not in {mark, ""}:
                characters.append(self._skip(_QUOTED[mark]) or self._character())
            value = "".join(characters)
            self.position += 1
        if not self._peek():
            raise _cannot_parse(f'Unclosed start tag "{tag}" {where}')
        return value

    def _end_tag(self) -> None:
        begin = self.position
        where = f"at byte offset {self._byte_offset(begin)}"
        if not self.open_tags:
            raise _cannot_parse(f"Unexpected end tag {where}")
        self.position += 2
        name = self._skip(_TAG_NAME).lower()
        self._skip(_SPACE)
        if self._peek() != ">":
            raise _cannot_parse(f"Unclosed end tag {where}")
        self.position += 1
        opened = self.open_tags.pop()
        if name and name != opened.name:
            raise _cannot_parse(f'Unmatched end tag {where}, expected "</{opened.name}>", found "</{name}>"')
        if self.offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _OpenTag) -> None:
        length = self.offset - opened.offset
        entity: Entity | None
        if opened.name == "a":
            entity = _link(opened.argument or "".join(self.output[opened.place :]), opened.offset, length)
        elif opened.name == "blockquote":
            kind = EntityKind.EXPANDABLE_BLOCKQUOTE if opened.argument else EntityKind.BLOCKQUOTE
            entity = Entity(kind=kind, offset=opened.offset, length=length)
        else:
            kind = _SIMPLE_TAGS[opened.name]
            entity = Entity(kind=kind, offset=opened.offset, length=length, argument=opened.argument)
            entity = self._joined_with_inner(entity)
        if entity is not None:
            self.entities.append(entity)

    def _joined_with_inner(self, entity: Entity) -> Entity:
        """``<pre><code class="language-x">`` is one block with a language, either tag outermost."""
        if entity.kind not in VERBATIM or not self.entities:
            return entity
        inner = self.entities[-1]
        same_place = (inner.offset, inner.length) == (entity.offset, entity.length)
        if same_place and inner.kind in VERBATIM and inner.kind is not entity.kind:
            self.entities.pop()
            return replace(entity, kind=EntityKind.PRE, argument=inner.argument or entity.argument)
        return entity


def _argument(tag: str, attributes: dict[str, str]) -> str:
    match tag:
        case "a":
            return attributes.get("href", "")
        case "blockquote":
            return attributes.get("expandable", "")
        case "code":
            return attributes.get("class", "").removeprefix("language-")
        case "tg-emoji":
            return attributes.get("emoji-id", "")
        case "tg-time":
            return attributes.get("unix", "")
        case _:
            return ""


def _link(target: str, offset: int, length: int) -> Entity | None:
    """A link or a mention; Telegram drops an address it does not take for one."""
    if user := _USER_LINK.fullmatch(target):
        return Entity(kind=EntityKind.TEXT_MENTION, offset=offset, length=length, argument=user.group(1))
    if not _LINK_SCHEMES.fullmatch(target):
        if not re.fullmatch(r"[\w-]+(\.[\w-]+)+([/?#].*)?", target):
            return None
        target = f"http://{target}"
    return Entity(kind=EntityKind.TEXT_LINK, offset=offset, length=length, argument=target)


def _decode(reference: re.Match[str]) -> str:
    """The character meant; empty if there is none by that number."""
    if name := reference["name"]:
        return _NAMED_CHARACTERS[name]
    number = int(reference["hex"], 16) if reference["hex"] else int(reference["decimal"])
    is_character = 0 < number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if is_character else ""
