"""Telegram's HTML: the one module that writes tags. Every function escapes the plain words it is given."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NewType

from bot.render.words import say, say_many

Html = NewType("Html", str)


def text(words: str) -> Html:
    """Plain words."""
    return Html(escape(words, quote=False))


def said(words: str, /, **parts: Html) -> Html:
    """A phrase in the reader's language, its ``{fields}`` filled with what is marked up already."""
    return Html(text(say(words)).format(**parts))


def said_many(one: str, many: str, number: int, /, **parts: Html) -> Html:
    """A phrase about a number of things, its other fields filled with what is marked up already."""
    kept = {name: f"{{{name}}}" for name in parts}
    return Html(text(say_many(one, many, number, **kept)).format(**parts))


def bold(words: str) -> Html:
    """Words in bold."""
    return Html(f"<b>{text(words)}</b>")


def italic(words: str) -> Html:
    """Words in italics."""
    return Html(f"<i>{text(words)}</i>")


def underline(words: str) -> Html:
    """Underlined words."""
    return Html(f"<u>{text(words)}</u>")


def code(words: str) -> Html:
    """Words in a fixed-width face; a tap copies them."""
    return Html(f"<code>{text(words)}</code>")


def link(label: str, url: str) -> Html:
    """A link with a label."""
    return Html(f'<a href="{escape(url, quote=True)}">{text(label)}</a>')


def expandable(inner: Html) -> Html:
    """A quotation that shows its first lines and opens at a tap."""
    return Html(f"<blockquote expandable>{inner}</blockquote>")


def quote(inner: Html) -> Html:
    """A quotation that is always open."""
    return Html(f"<blockquote>{inner}</blockquote>")


def join(parts: Iterable[Html], separator: str = "") -> Html:
    """Parts one after the other, with a plain separator between them."""
    return Html(text(separator).join(parts))
