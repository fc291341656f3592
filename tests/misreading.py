"""What a reading process is made to do in tests; on its own, for the process imports this module within its limit."""

from __future__ import annotations

import os
import time

from bot.digest.model import Article, Tracker
from bot.digest.reading import read
from bot.ports import Packing


def misread(article: Article, trackers: tuple[Tracker, ...], packing: Packing) -> str:
    """Reads, but for two articles that are the end of whoever reads them."""
    if article.id == "crash":
        os._exit(1)
    if article.id == "loop":
        time.sleep(600)
    return packing.report(read(article, trackers))
