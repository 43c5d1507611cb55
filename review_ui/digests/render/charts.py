"""Charts of a document by matplotlib, as PNG for Word and mail, as SVG for the PDF.

DejaVu Sans comes with matplotlib and has every Vietnamese letter; letters it lacks (Chinese outlet names) are drawn
from a font of the machine where one has them, and as □ otherwise: the table beside the chart has them all.
"""

from __future__ import annotations

import io
import threading
from functools import cache
from typing import TYPE_CHECKING, Literal

from review_ui.digests.content import Chart, number
from review_ui.digests.summaries import cut

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH_MM = 160.0
DPI = 200  # what Decree 30 asks of an electronic copy
# Told apart in print without colour too (light to dark), and by colour-blind readers (Okabe and Ito).
COLOURS = ("#0072B2", "#E69F00", "#9A9A9A", "#009E73")
HATCHES = ("", "//", "..", "xx")
# FreeType objects behind matplotlib are not for two threads at once.
_DRAWING = threading.Lock()
_WIDER = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "SimSun",
)


def height_mm(chart: Chart) -> float:
    """The height at which ``chart`` is readable at WIDTH_MM."""
    return 24.0 + 9.0 * len(chart.categories) if chart.kind == "stacked" else 62.0


def draw(chart: Chart, *, form: Literal["png", "svg"]) -> bytes:
    """``chart`` as a PNG of DPI dots an inch or as an SVG whose letters are outlines. Safe from several threads."""
    with _DRAWING:
        return _draw(chart, form)


def _draw(chart: Chart, form: str) -> bytes:
    import matplotlib  # imported late: a third of a second that other commands need not pay
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matplotlib.rcParams["svg.hashsalt"] = "kiemtin"  # equal figures give equal bytes
    figure = Figure(figsize=(WIDTH_MM / 25.4, height_mm(chart) / 25.4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    families = _families()
    match chart.kind:
        case "stacked":
            _stacked(axes, chart)
        case "lines":
            _lines(axes, chart)
        case "bars":
            _bars(axes, chart)
    axes.set_title(_drawable(cut(chart.title, 90)), fontsize=11, fontweight="bold")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    texts = [
        axes.title,
        axes.xaxis.label,
        axes.yaxis.label,
        *axes.texts,
        *axes.get_xticklabels(),
        *axes.get_yticklabels(),
    ]
    if len(chart.series) > 1:
        legend = figure.legend(
            loc="outside lower center", ncols=min(3, len(chart.series)), fontsize=9, frameon=False
        )
        texts.extend(legend.get_texts())
    for text in texts:
        text.set_fontfamily(families)
        text.set_parse_math(False)  # a "$" in a name is a dollar
    out = io.BytesIO()
    figure.savefig(
        out, format=form, dpi=DPI, metadata={"Date": None} if form == "svg" else {"Software": None}
    )
    return out.getvalue()


def _bars(axes: Axes, chart: Chart) -> None:
    places = range(len(chart.categories))
    group = 0.8 / len(chart.series)
    for n, series in enumerate(chart.series):
        shift = (n - (len(chart.series) - 1) / 2) * group
        drawn = axes.bar(
            [place + shift for place in places], series.values, group,
            label=_drawable(series.name), color=COLOURS[n % 4], hatch=HATCHES[n % 4], edgecolor="white", linewidth=0.4,
        )  # fmt: skip
        if len(chart.categories) * len(chart.series) <= 35:
            axes.bar_label(
                drawn,
                labels=[number(value) if value else "" for value in series.values],
                fontsize=8,
                padding=1,
            )
    # as many names as can be read beside each other
    step = max(1, -(-len(chart.categories) // 16))
    axes.set_xticks(
        list(places)[::step], [_drawable(cut(name, 14)) for name in chart.categories[::step]], fontsize=8
    )
    _count_axis(axes, chart)


def _lines(axes: Axes, chart: Chart) -> None:
    for n, series in enumerate(chart.series):
        axes.plot(
            range(len(chart.categories)), series.values, label=_drawable(series.name), color=COLOURS[n % 4],
            linestyle=("-", "--", ":", "-.")[n % 4], marker="o", markersize=3,
        )  # fmt: skip
    step = max(1, -(-len(chart.categories) // 16))
    axes.set_xticks(
        range(0, len(chart.categories), step),
        [_drawable(cut(name, 14)) for name in chart.categories[::step]],
        fontsize=8,
    )
    _count_axis(axes, chart)


def _count_axis(axes: Axes, chart: Chart) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    most = max((value for series in chart.series for value in series.values), default=0)
    axes.set_ylim(0, max(1.0, most * 1.15))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.tick_params(axis="y", labelsize=8)
    axes.set_ylabel(_drawable(chart.unit), fontsize=9)
    axes.grid(axis="y", linewidth=0.4, color="#CCCCCC")
    axes.set_axisbelow(True)


def _stacked(axes: Axes, chart: Chart) -> None:
    from matplotlib.ticker import MaxNLocator

    places = range(len(chart.categories))
    left = [0.0] * len(chart.categories)
    most = max((sum(values) for values in zip(*(s.values for s in chart.series), strict=True)), default=0.0)
    for n, series in enumerate(chart.series):
        drawn = axes.barh(
            places, series.values, 0.62, left=left,
            label=_drawable(series.name), color=COLOURS[n % 4], hatch=HATCHES[n % 4], edgecolor="white", linewidth=0.4,
        )  # fmt: skip
        # a figure that does not fit its piece is left to the table
        names = [number(value) if value >= most * 0.04 else "" for value in series.values]
        for text in axes.bar_label(drawn, labels=names, label_type="center", fontsize=8):
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85})
        left = [before + value for before, value in zip(left, series.values, strict=True)]
    axes.set_yticks(places, [_drawable(cut(name, 38)) for name in chart.categories], fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1.0, most * 1.04))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.tick_params(axis="x", labelsize=8)
    axes.set_xlabel(_drawable(chart.unit), fontsize=9)
    axes.grid(axis="x", linewidth=0.4, color="#CCCCCC")
    axes.set_axisbelow(True)


@cache
def _families() -> list[str]:
    from matplotlib.font_manager import fontManager

    here = {entry.name for entry in fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in _WIDER if name in here)]


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(
        code for name in _families() for code in get_font(findfont(FontProperties(family=name))).get_charmap()
    )


def _drawable(text: str) -> str:
    return "".join(letter if ord(letter) in _letters() or letter == "\n" else "□" for letter in text)
