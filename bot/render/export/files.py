"""What is said around a story's file: which forms there are, what each is for, and the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from bot.digest.model import Digest, Tracker
from bot.render.export.document import as_json, exported
from bot.render.export.events import as_calendar
from bot.render.export.pages import as_html, as_markdown
from bot.render.html import bold, code, join, said, text
from bot.render.message import Button, Message
from bot.render.overview import explained, overview
from bot.render.words import phrase, say

PREFIX = "export:"  #: how the data of its buttons begin
COMMAND = "export"
WHAT = phrase("The story as a file: Markdown, HTML, JSON or calendar")
UNTITLED = phrase("What the articles say")
NOT_TAKEN = phrase(
    "Telegram did not take the file. In this chat I may not be allowed to send files; ask me in private."
)


class Form(StrEnum):
    """What a file can be, as it is asked for."""

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    CALENDAR = "ics"


LABELS = {
    Form.MARKDOWN: phrase("📝 Markdown"),
    Form.HTML: phrase("🌐 Web page"),
    Form.JSON: phrase("🧩 JSON"),
    Form.CALENDAR: phrase("📅 Calendar"),
}
SUFFIXES = {Form.MARKDOWN: "md", Form.HTML: "html", Form.JSON: "json", Form.CALENDAR: "ics"}
CAPTIONS = {
    Form.MARKDOWN: phrase("All answers with their quotations, as text in Markdown."),
    Form.HTML: phrase("All answers with their quotations, as a page for any browser. It loads nothing from elsewhere."),
    Form.JSON: phrase("Everything read from the articles as data, each piece with its quotation and where it stands."),
    Form.CALENDAR: phrase("The dated events for a calendar program, each with its quotations."),
}


def read_form(words: str) -> Form | None:
    """The form that somebody's word means; None for another word."""
    named = words.strip().lower().lstrip(".")
    names = {suffix: form for form, suffix in SUFFIXES.items()}
    return {**names, **{form.value: form for form in Form}, "calendar": Form.CALENDAR}.get(named)


def content(digest: Digest, trackers: Sequence[Tracker], title: str | None, form: Form, now: datetime) -> bytes | None:
    """The file, in UTF-8; None when the story has nothing for it. Blocks."""
    if not digest.sources or (form is Form.CALENDAR and not digest.timeline):
        return None
    named = title or say(UNTITLED)
    match form:
        case Form.MARKDOWN:
            return as_markdown(digest, trackers, named, now).encode()
        case Form.HTML:
            return as_html(digest, trackers, named, now).encode()
        case Form.JSON:
            return as_json(exported(digest, trackers, named, now)).encode()
        case Form.CALENDAR:
            return as_calendar(digest, named, now)


def caption(digest: Digest, title: str | None, form: Form) -> Message:
    """What stands below the file."""
    what = join([bold(title or say(UNTITLED)), text(overview(digest)), said(CAPTIONS[form])], "\n")
    return Message(html=explained(what))


def choose(digest: Digest) -> Message:
    """The answer to /export alone: the forms as buttons."""
    if not digest.sources:
        return nothing(digest)
    forms = [Button(label=say(LABELS[form]), data=PREFIX + form) for form in Form]
    lead = said("The whole story as a file, with every citation. In which form?")
    return Message(
        html=explained(join([lead, text(overview(digest))], "\n")), buttons=(tuple(forms[:2]), tuple(forms[2:]))
    )


def nothing(digest: Digest) -> Message:
    """There is nothing for a file."""
    if digest.sources:
        return Message(html=said("No article dates an event yet, so a calendar would be empty. {command} has the rest.",
                                 command=text("/export html")))  # fmt: skip
    return Message(
        html=said(
            "No article has been read yet, so there is no file. As soon as {command} lists one, ask again.",
            command=text("/sources"),
        )
    )


def too_large() -> Message:
    """Telegram does not take so large a file."""
    return Message(
        html=said(
            "The file is larger than Telegram takes. On the bot's machine: {command}",
            command=code("sitrep digest --format html --to FILE"),
        )
    )


def no_such_form(words: str) -> Message:
    """A word after the command that names no form."""
    return Message(
        html=join(
            [
                said(
                    "I expected {expected}; I got {got}",
                    expected=text(", ".join(Form)),
                    got=code(words[:40]),
                ),
                said("For example: {example}", example=code(f"/{COMMAND} {Form.HTML}")),
            ],
            "\n",
        )
    )


def in_the_terminal() -> Message:
    """What the terminal answers, which gives no files to a chat."""
    return Message(html=said("In the terminal: {command}", command=code("sitrep digest --format json --to FILE")))
