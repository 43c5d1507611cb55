"""The picture of a conclusion for link previews and messages: 1200 × 630 pixels, PNG.

Label, claim (struck through unless it is authentic), truth, place, day and office, in Vietnamese, with the letters that typst
carries. Texts reach typst as JSON, never as markup. The same conclusion is drawn once a process.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache

import typst

WIDTH, HEIGHT = 1200, 630
_CLAIM, _TRUTH = 150, 260  # characters that fit; what is longer ends at a word with …

_LAYOUT = r"""
#let card = json("card.json")
#let ground = rgb("#fbfaf7")
#let ink = rgb("#17211e")
#let quiet = rgb("#52605b")
#let tone = (bad: rgb("#8f1d14"), mid: rgb("#7a4b00"), good: rgb("#14532d"), "none": rgb("#52605b")).at(card.tone)
#set page(width: 1200pt, height: 630pt, margin: 0pt, fill: ground)
#set text(font: ("Noto Sans", "DejaVu Sans", "Libertinus Serif"), lang: "vi", fill: ink)
#set par(leading: 0.5em)
#place(rect(width: 18pt, height: 630pt, fill: tone))
#block(inset: (left: 66pt, right: 56pt, top: 46pt), width: 1200pt, height: 630pt, {
  grid(columns: (auto, 1fr), align: (left + horizon, right + horizon),
    box(fill: tone, inset: (x: 20pt, y: 11pt), radius: 6pt, text(30pt, fill: white, weight: "bold", card.label)),
    text(23pt, fill: quiet, card.heading))
  v(22pt)
  if card.claim != "" {
    text(26pt, fill: quiet, { [Tin lan truyền: ]; if card.struck { strike(stroke: 2pt + tone, card.claim) } else { card.claim } })
    v(20pt)
  }
  text(if card.truth.len() > 200 { 33pt } else if card.truth.len() > 120 { 38pt } else { 46pt }, weight: "bold", card.truth)
  v(1fr)
  line(length: 100%, stroke: 1.2pt + rgb("#d5dad7"))
  v(12pt)
  grid(columns: (1fr, auto), text(23pt, weight: "bold", card.office), text(23pt, fill: quiet, card.where))
  v(38pt)
})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewCard:
    """What stands on the picture. ``tone``: bad, mid, good or none; ``struck``: the claim is crossed out; ``where``: places
    and day."""

    heading: str
    label: str
    tone: str
    claim: str
    struck: bool
    truth: str
    office: str
    where: str


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters on one line, ending at a word."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


@lru_cache(maxsize=64)
def png(card: PreviewCard) -> bytes:
    """The picture's bytes."""
    fields = asdict(card) | {"claim": shortened(card.claim, _CLAIM), "truth": shortened(card.truth, _TRUTH)}
    files = {"main.typ": _LAYOUT.encode(), "card.json": json.dumps(fields, ensure_ascii=False).encode()}
    return bytes(typst.compile(files, format="png", ppi=72))  # type: ignore[call-overload]  # its stubs know no dict of files
