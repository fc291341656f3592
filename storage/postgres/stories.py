"""What reading and answering ask of the store: the story as documents, and its digest in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from bot.digest.model import Digest
from bot.errors import StoreAwayError
from bot.ports import Story
from storage.codec import FormatError, read_digest
from storage.durable import encode
from storage.postgres.database import Connection, Database, tell
from storage.story_tables import DIGEST, HEAD, REPORTS, StoryTables, Texts, read_story

log = structlog.get_logger(__name__)

STORY = "story"  #: the news that a process recorded another story
