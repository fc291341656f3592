"""A message's HTML as text for a terminal, plain or with ANSI styles."""

from __future__ import annotations

from html.parser import HTMLParser

from bot.render.html import Html

STYLES = {"b": "\x1b[1m", "i": "\x1b[3m", "u": "\x1b[4m", "s": "\x1b[9m", "code": "\x1b[36m"}
RESET = "\x1b[0m"
BAR = "  │ "


def terminal_text(html: Html, *, styled: bool) -> str:
    """The words of a message: quotations behind a bar, addresses after their labels."""
    reader = _Reader(styled=styled)
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self, *, styled: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._styled = styled
        self._words: list[str] = []
        self._open: list[str] = []
        self._addresses: list[str] = []
        self._quotation: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "blockquote":
            self._break_line()
            self._quotation = len(self._words)
        elif tag == "a":
            self._addresses.append(dict(attrs).get("href") or "")
        elif self._styled and tag in STYLES:
            self._open.append(STYLES[tag])
            self._words.append(STYLES[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote" and self._quotation is not None:
            quoted = "".join(self._words[self._quotation :])
            self._words[self._quotation :] = ["\n".join(BAR + line for line in quoted.splitlines()), "\n"]
            self._quotation = None
        elif tag == "a" and self._addresses:
            address = self._addresses.pop()
            if address.startswith("http"):
                self._words.append(f" <{address}>")
        elif self._styled and tag in STYLES and self._open:
            self._open.pop()
            self._words += [RESET, *self._open]

    def handle_data(self, data: str) -> None:
        if self._words and self._words[-1] == "\n" and data.startswith("\n"):
            data = data[1:]
        self._words.append(data)

    def text(self) -> str:
        return "".join(self._words).strip("\n")

    def _break_line(self) -> None:
        if self._words and not "".join(self._words[-2:]).endswith("\n"):
            self._words.append("\n")
