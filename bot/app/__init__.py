"""Puts the bot together, from the settings to the jobs; the only package that knows every concrete class."""

from bot.app.clock import RealClock, steady_time
from bot.app.connection import NotStartedError
from bot.app.declared import TRACKERS, all_stories, all_trackers
from bot.app.front import front_desk, full_menu
from bot.app.ingestion import source_desks
from bot.app.moving import move
from bot.app.parts import Parts, open_parts
from bot.app.serving import run
from bot.app.stores import address_of
from bot.app.telling import Say, report
from bot.app.terminal import Reply, ask, export, picture, story_named, whole
from bot.app.work import running

__all__ = [
    "TRACKERS",
    "NotStartedError",
    "Parts",
    "RealClock",
    "Reply",
    "Say",
    "address_of",
    "all_stories",
    "all_trackers",
    "ask",
    "export",
    "front_desk",
    "full_menu",
    "move",
    "open_parts",
    "picture",
    "report",
    "run",
    "running",
    "source_desks",
    "steady_time",
    "story_named",
    "whole",
]
