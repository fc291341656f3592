"""The sheet as a PNG, by Matplotlib's Agg: the one thing here that makes pixels. It costs a second to import."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrow, Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform
from PIL import Image

from bot.chats import Theme
from bot.drawing.fonts import face, unknown_letters
from bot.drawing.layout import laid_out
from bot.drawing.paper import DPI, Paper
from bot.drawing.sheet import Sheet, Sign
from bot.render.pictures.values import Meaning, Open, Picture

BAR = 15.0  #: pixels of a bar's height
DOT = 24.0  #: pixels of a dot's width
HALO = 7.0  #: pixels of ground around words that stand on lines
SHADES = 18  #: of each colour in the file
FADING = 24  #: strips in which an open end pales
SHAPES = {
    Meaning.CONFLICT: "D",
    Meaning.BOTH: "D",
    Meaning.AGREED: "o",
    Meaning.ALONE: "o",
    Meaning.HAPPENED: "o",
    Meaning.AHEAD: "o",
    Meaning.DENIED: "X",
    Meaning.DISPUTED: "D",
}
HOLLOW = (Meaning.ALONE, Meaning.AHEAD)


def painted(picture: Picture, theme: Theme) -> bytes | None:
    """The picture as a PNG; None when a letter of it cannot be drawn as it should be."""
    if unknown_letters(picture.words()):
        return None
    return paint(laid_out(picture, theme))


def paint(sheet: Sheet) -> bytes:
    """The sheet as a PNG."""
    height = round(sheet.height)
    figure = Figure(figsize=(sheet.width / DPI, height / DPI), dpi=DPI, facecolor=sheet.paper.ground)
    canvas = FigureCanvasAgg(figure)
    for stroke in sheet.strokes:  # everything has the z-order of its kind: strokes, signs, words
        line = Line2D(
            [x for x, _ in stroke.points],
            [height - y for _, y in stroke.points],
            color=stroke.colour,
            linewidth=stroke.width,
            solid_capstyle="butt",
            solid_joinstyle="miter",
            transform=IdentityTransform(),
        )
        if stroke.dashes:
            line.set_linestyle((0, tuple(length / stroke.width * 2 for length in stroke.dashes)))
        line.set_zorder(1)
        figure.add_artist(line)
    for sign in sheet.signs:
        _paint_sign(figure, sign, sheet, height - sign.y)
    halo = [withStroke(linewidth=HALO, foreground=sheet.paper.ground)]
    for words in sheet.words:
        figure.add_artist(
            Text(
                words.x,
                height - words.baseline,
                words.words,
                color=words.colour,
                fontproperties=face(words.kind.size, bold=words.kind.bold),
                horizontalalignment=words.align.value,
                verticalalignment="baseline",
                parse_math=False,
                path_effects=halo if words.has_halo else [],
                zorder=5,
                transform=IdentityTransform(),
            )
        )
    canvas.draw()
    png = io.BytesIO()
    flat = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    flat.quantize(palette=_palette(sheet.paper), dither=Image.Dither.NONE).save(png, "PNG", optimize=True)
    return png.getvalue()


def _palette(paper: Paper) -> Image.Image:
    """Each colour of the paper in a few shades down to the ground: all that is needed, in a third of the bytes."""
    ground = np.array(to_rgb(paper.ground))
    inks = dict.fromkeys([paper.ink, paper.quiet, paper.rule, *paper.marks.values(), *paper.lines])
    blends = [
        ground + (np.array(to_rgb(ink)) - ground) * shade / (SHADES - 1) for ink in inks for shade in range(SHADES)
    ]
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.rint(np.array(blends) * 255).astype(np.uint8).tobytes())
    return palette


def _paint_sign(figure: Figure, sign: Sign, sheet: Sheet, y: float) -> None:
    """A dot of its meaning's shape, or a bar; an open end goes on as an arrow or pales."""
    colour = sheet.paper.marks[sign.meaning]
    if sign.open is not None and sign.fades:
        _paint_fading(figure, sign, colour, y)
        return
    if sign.open is not None:
        _paint_arrow(figure, sign, colour, y)
    if sign.right - sign.left > DOT / 2:
        _paint_bar(figure, sign, sheet, y)
        return
    _paint_dot(figure, (sign.left + sign.right) / 2, y, sign.meaning, sheet)


def _paint_bar(figure: Figure, sign: Sign, sheet: Sheet, y: float) -> None:
    colour = sheet.paper.marks[sign.meaning]
    is_hollow = sign.meaning in HOLLOW
    figure.add_artist(
        Rectangle(
            (sign.left, y - BAR / 2),
            sign.right - sign.left,
            BAR,
            facecolor=sheet.paper.ground if is_hollow else colour,
            edgecolor=colour,
            linewidth=3 if is_hollow else 0,
            zorder=2,
            transform=IdentityTransform(),
        )
    )
    if SHAPES[sign.meaning] != "o":
        _paint_dot(figure, (sign.left + sign.right) / 2, y, sign.meaning, sheet)


def _paint_dot(figure: Figure, x: float, y: float, meaning: Meaning, sheet: Sheet) -> None:
    colour = sheet.paper.marks[meaning]
    figure.add_artist(
        Line2D(
            [x],
            [y],
            marker=SHAPES[meaning],
            markersize=DOT if SHAPES[meaning] == "o" else DOT * 0.9,
            markerfacecolor=sheet.paper.ground if meaning in HOLLOW else colour,
            markeredgecolor=colour if meaning in HOLLOW else sheet.paper.ground,
            markeredgewidth=4 if meaning in HOLLOW else 2,
            linestyle="none",
            zorder=3,
            transform=IdentityTransform(),
        )
    )
    if meaning is Meaning.BOTH:
        inner = Line2D([x], [y], marker="o", markersize=DOT * 0.36, linestyle="none", zorder=4)
        inner.set(markerfacecolor=sheet.paper.ground, markeredgewidth=0, transform=IdentityTransform())
        figure.add_artist(inner)


def _paint_arrow(figure: Figure, sign: Sign, colour: str, y: float) -> None:
    """From the printed number to where nobody knows."""
    begin = sign.right if sign.open is Open.ABOVE else sign.left
    figure.add_artist(
        FancyArrow(
            begin,
            y,
            sign.end - begin,
            0,
            width=5,
            head_width=20,
            head_length=18,
            length_includes_head=True,
            facecolor=colour,
            linewidth=0,
            zorder=2,
            transform=IdentityTransform(),
        )
    )


def _paint_fading(figure: Figure, sign: Sign, colour: str, y: float) -> None:
    """A bar that pales towards its open end, which the axis shows as far as it goes."""
    red, green, blue, _ = to_rgba(colour)
    step = (sign.right - sign.left) / FADING
    for strip in range(FADING):
        left = sign.left + strip * step
        solid = (strip + 1) / FADING if sign.open is Open.BELOW else 1 - strip / FADING
        corners = [(left, y - BAR / 2), (left + step, y - BAR / 2), (left + step, y + BAR / 2), (left, y + BAR / 2)]
        shade = Polygon(corners, closed=True, facecolor=(red, green, blue, solid), linewidth=0, zorder=2)
        shade.set_transform(IdentityTransform())
        figure.add_artist(shade)
