"""What the command line answers without Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from bot.app.clock import RealClock
from bot.app.front import full_menu
from bot.app.parts import Parts
from bot.desk.asking import SEARCH
from bot.desk.following import find_story
from bot.errors import ConfigurationError, Problem
from bot.render.export.files import Form, in_the_terminal
from bot.render.export.files import content as story_file
from bot.render.message import Message
from bot.render.notices import help_text, only_in_a_chat, unknown_command, welcome
from bot.render.pictures.choosing import picture_of
from bot.render.pictures.values import Picture
from bot.stories import StoryName


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the terminal shows for a command; ``known`` says whether there is such a command."""

    messages: tuple[Message, ...]
    known: bool = True


async def story_named(parts: Parts, name: str | None) -> StoryName:
    """The story of this name or title; the first without a name.

    Raises:
        ConfigurationError: there is none.
    """
    topics = (await parts.stories(RealClock())).topics()
    topic = topics[0] if name is None else find_story(topics, name)
    if topic is None:
        known = ", ".join(topic.name for topic in topics)
        problem = Problem(where="--story", expected=f"one of {known}", got=repr(name), fix="Give one of these.")
        raise ConfigurationError([problem])
    return topic.name


async def whole(parts: Parts, story: StoryName) -> AsyncIterator[tuple[str, tuple[Message, ...]]]:
    """Every command about a story, with all of its answer."""
    answers = parts.answers((await parts.stories(RealClock())).topics)
    for command in answers.commands():
        yield command, await answers.whole(command, story)


async def picture(parts: Parts, question: str, story: StoryName) -> Picture | None:
    """The picture of what a command answers; None when it has none."""
    command = question.strip().removeprefix("/").partition(" ")[0].lower()
    return picture_of(await parts.store.digest(story), command, parts.trackers)


async def export(parts: Parts, form: str, story: StoryName) -> bytes | None:
    """The story as a file of this form; None when it has nothing for it."""
    digest, now = await parts.store.digest(story), RealClock().now()
    return await asyncio.to_thread(story_file, digest, parts.trackers, None, Form(form), now)


async def ask(parts: Parts, question: str, today: date, story: StoryName) -> Reply:
    """Answers one command, or a plain question, without Telegram; subscriptions need a chat, and are told to.

    ``today`` is the day that "yesterday" in the question is counted from.
    """
    answers = parts.answers((await parts.stories(RealClock())).topics)
    menu = full_menu(answers)
    if not question.strip().startswith("/") and question.strip().partition(" ")[0].lower() not in menu:
        return Reply(messages=await answers.talk(question, today, story))
    named, _, words = question.strip().removeprefix("/").partition(" ")
    command = named.partition("@")[0].lower()
    match command:
        case "start":
            return Reply(messages=(welcome(await answers.sample(story), answers.commands()),))
        case "help":
            return Reply(messages=(help_text(menu),))
        case (
            "subscribe"
            | "unsubscribe"
            | "alerts"
            | "watch"
            | "unwatch"
            | "news"
            | "settings"
            | "pause"
            | "resume"
            | "forget"
            | "today"
            | "story"
        ) if command != "story" or len(answers.topics()) > 1:
            return Reply(messages=(only_in_a_chat(command),))
        case "export":
            return Reply(messages=(in_the_terminal(),))
        case _ if command in answers.commands() and not words.strip():
            return Reply(messages=await answers.whole(command, story))
        case _ if command in answers.commands() or command == SEARCH:
            return Reply(messages=await answers.tell(command, words, today, story))
        case _:
            return Reply(messages=(unknown_command(command, menu),), known=False)
