"""Small charts for pages, drawn as SVG text in well under a millisecond; colours come from the style sheet by class.

Each has its figures in words (aria-label) and stands above a table with the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH = 640


def columns(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], *, said: str, height: int = 150
) -> Markup:
    """Stacked columns, one for each label; ``series`` are (class suffix, values) from the bottom up."""
    sums = [sum(values[n] for _, values in series) for n in range(len(labels))]
    most = max(sums, default=0) or 1
    step = WIDTH / max(1, len(labels))
    wide = max(1.0, step * 0.78)
    inner = height - 22
    parts = []
    for n, label in enumerate(labels):
        bottom = float(inner)
        for name, values in series:
            tall = inner * 0.94 * values[n] / most
            if tall:
                bottom -= tall
                parts.append(
                    f'<rect class="chart-{escape(name)}" x="{n * step:.1f}" y="{bottom:.1f}" width="{wide:.1f}" height="{tall:.1f}">'
                    f"<title>{escape(label)}: {values[n]}</title></rect>"
                )
    every = max(1, -(-len(labels) // 10))
    for n in range(0, len(labels), every):
        parts.append(
            f'<text class="chart-text" x="{n * step:.1f}" y="{height - 6}">{escape(labels[n])}</text>'
        )
    parts.append(f'<text class="chart-text" x="{WIDTH}" y="11" text-anchor="end">{most}</text>')
    parts.append(f'<line class="chart-line" x1="0" x2="{WIDTH}" y1="{inner}" y2="{inner}"/>')
    return _frame(parts, said=said, height=height)


def bars(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]], *, said: str) -> Markup:
    """Stacked bars, one for each row (name, [(class suffix, value) …]), names above them."""
    most = max((sum(value for _, value in parts) for _, parts in rows), default=0) or 1
    drawn = []
    for n, (name, parts) in enumerate(rows):
        top = n * 34
        total = sum(value for _, value in parts)
        drawn.append(f'<text class="chart-text" x="0" y="{top + 12}">{escape(name)}</text>')
        drawn.append(f'<text class="chart-text" x="{WIDTH}" y="{top + 12}" text-anchor="end">{total}</text>')
        left = 0.0
        for kind, value in parts:
            wide = WIDTH * value / most
            if wide:
                drawn.append(
                    f'<rect class="chart-{escape(kind)}" x="{left:.1f}" y="{top + 17}" width="{wide:.1f}" height="10"/>'
                )
                left += wide
    return _frame(drawn, said=said, height=max(34, len(rows) * 34))


def _frame(parts: Sequence[str], *, said: str, height: int) -> Markup:
    return Markup(  # noqa: S704 - every text inside is escaped above
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(said)}">{"".join(parts)}</svg>'
    )
