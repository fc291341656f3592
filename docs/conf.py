"""How Sphinx makes the site: `make docs`."""

import re
from importlib.metadata import version as version_of

from sphinx.application import Sphinx

project = "Sitrep"
release = version = version_of("sitrep-briefing-bot")
extensions = ["myst_parser"]
exclude_patterns = ["requirements*.txt"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "Sitrep"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["site.css"]


def setup(app: Sphinx) -> None:
    """The index is plain Markdown; its links become the site's contents."""
    app.connect("source-read", _add_contents)


def _add_contents(_: Sphinx, page: str, source: list[str]) -> None:
    if page == "index":
        for part in re.split(r"^## ", source[0], flags=re.MULTILINE)[1:]:
            pages = "\n".join(re.findall(r"\]\((\w+)\.md\)", part))
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {part.splitlines()[0]}\n\n{pages}\n```\n"
