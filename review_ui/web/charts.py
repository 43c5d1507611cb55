"""Small charts for pages: where each rectangle and each word stands, in drawing units; templates/charts.html draws them as
SVG, colours come from the style sheet by class. Pure.

Each chart has its figures in words (``said``) and stands above a table with the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
ROW = 34  # a bar with its name above it


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRect:
    """A coloured rectangle; ``kind`` names its class, ``said`` stands in its tooltip."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartText:
    """A word at a place; ``end``: it ends there instead of beginning."""

    x: float
    y: float
    text: str
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLink:
    """A part of a chart that leads somewhere; ``said`` names the link."""

    href: str
    said: str
    y: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenChart:
    """A drawing of WIDTH × ``height`` units; ``base``: where its base line stands, 0 for none."""

    said: str
    height: int
    rects: tuple[ChartRect, ...]
    texts: tuple[ChartText, ...]
    links: tuple[ChartLink, ...] = ()
    base: float = 0


def columns(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], *, said: str, height: int = 150
) -> ScreenChart:
    """Stacked columns, one for each label; ``series`` are (kind, values) from the bottom up."""
    sums = [sum(values[n] for _, values in series) for n in range(len(labels))]
    most = max(sums, default=0) or 1
    step = WIDTH / max(1, len(labels))
    inner = height - 22
    rects = []
    for n, label in enumerate(labels):
        bottom = float(inner)
        for kind, values in series:
            tall = inner * 0.94 * values[n] / most
            if tall:
                bottom -= tall
                rects.append(
                    ChartRect(
                        kind=kind, x=round(n * step, 1), y=round(bottom, 1), width=round(max(1.0, step * 0.78), 1),
                        height=round(tall, 1), said=f"{label}: {values[n]}",
                    )
                )  # fmt: skip
    every = max(1, -(-len(labels) // 10))
    texts = [
        ChartText(x=round(n * step, 1), y=height - 6, text=labels[n]) for n in range(0, len(labels), every)
    ]
    texts.append(ChartText(x=WIDTH, y=11, text=str(most), end=True))
    return ScreenChart(said=said, height=height, rects=tuple(rects), texts=tuple(texts), base=inner)


def bars(
    rows: Sequence[tuple[str, Sequence[tuple[str, int]]]], *, said: str, links: Sequence[str] = ()
) -> ScreenChart:
    """Stacked bars, one for each row (name, [(kind, value) …]), names above them; ``links``: where each row leads."""
    most = max((sum(value for _, value in parts) for _, parts in rows), default=0) or 1
    rects, texts = [], []
    for n, (name, parts) in enumerate(rows):
        top, left = n * ROW, 0.0
        texts.append(ChartText(x=0, y=top + 12, text=name))
        texts.append(ChartText(x=WIDTH, y=top + 12, text=str(sum(value for _, value in parts)), end=True))
        for kind, value in parts:
            wide = WIDTH * value / most
            if wide:
                rects.append(
                    ChartRect(kind=kind, x=round(left, 1), y=top + 17, width=round(wide, 1), height=10)
                )
                left += wide
    leading = tuple(
        ChartLink(href=href, said=name, y=n * ROW, height=ROW)
        for n, (href, (name, _)) in enumerate(zip(links, rows, strict=False))
    )
    return ScreenChart(
        said=said, height=max(ROW, len(rows) * ROW), rects=tuple(rects), texts=tuple(texts), links=leading
    )
