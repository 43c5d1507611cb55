"""The events of the period that most was written about, each with what is known of its truth; and good news that staff marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from review_ui.digests import labels, summaries
from review_ui.digests.content import Block, Heading, Paragraph, Run, clean, day, number, one_line, say
from review_ui.digests.facts import DigestFacts
from review_ui.digests.figures import DigestItem, DigestStory
from review_ui.digests.matter_tables import some
from review_ui.digests.sections import Section

TOLD_FIRST = 4  # stories in the report itself: two pages are what leadership reads
TOLD_GOOD = 3
GIST = 220  # letters of one sentence on page one, which must stay one page
FALSE = ("fabricated", "partly_false")


def section(facts: DigestFacts, told: Sequence[DigestStory]) -> Iterator[Block]:
    """The weightiest stories, then those that staff marked as favourable."""
    listed = opened(told)
    if not listed:
        yield say("Trong kỳ không có nội dung nổi bật.", key="highlights")
    good = [story for story in listed if favourable(story)][:TOLD_GOOD]
    first = [story for story in listed if story not in good][:TOLD_FIRST]
    for told_story in first:
        yield story_paragraph(facts, told_story, topic=facts.topics.get(subject(facts, told_story), ""))
    if good:
        yield Heading(text="Thông tin tích cực", level=2)
        for told_story in good:
            yield story_paragraph(facts, told_story)
    rest = len(listed) - len(first) - len(good)
    if rest > 0:
        yield say(f"Ngoài ra còn {number(rest)} sự kiện, vấn đề khác (xem Phụ lục II).", italic=True)
    if facts.hidden:
        yield say(
            f"Có {number(facts.hidden)} tin, bài thuộc nội dung hạn chế phổ biến, được tính trong số liệu chung và "
            "báo cáo riêng theo quy định.",
            key="hidden",
        )


def opened(told: Sequence[DigestStory]) -> list[DigestStory]:
    """The stories that may be told: none of their items is of a restricted subject."""
    return [story for story in told if not any(item.restricted for item in story.items)]


def favourable(story: DigestStory) -> bool:
    """Whether staff marked the story as favourable, and none of it as critical."""
    marks = {item.stance for item in story.items}
    return "favourable" in marks and "critical" not in marks


def subject(facts: DigestFacts, story: DigestStory) -> str:
    """The subject most of a story's items belong to: it is told once, under that one; '' for none."""
    named = [name for item in story.items for name in item.topics if name in facts.topics]
    return max(dict.fromkeys(named), key=lambda name: (named.count(name), -named.index(name)), default="")


def truth(facts: DigestFacts, event: int | None) -> str:
    """What is known of the truth of an event's news: the verdict with the section that holds it and who refuted it, or
    that it is being verified; '' where nobody doubts it."""
    if event is None:
        return ""
    for claim in facts.checked:
        if claim.event == event and claim.code in FALSE:
            who = f"; {some(claim.refuted_by, 3)} đã phản bác" if claim.refuted_by else ""
            return f"đã kết luận là {claim.label.lower()}, xem mục III{who}"
    for matter in facts.matters:
        if matter.event == event and matter.section is Section.VERIFYING:
            return "thông tin đang xác minh, xem mục III"
        if matter.event == event and matter.verdict in FALSE:
            return f"đã kết luận là {labels.VERDICTS[matter.verdict].lower()}"
    return ""


def story_paragraph(facts: DigestFacts, story: DigestStory, *, topic: str = "") -> Paragraph:
    """One story: headline, verdict, outlets, two sentences (the part that staff word)."""
    first = headline(story)
    counted = f"{number(len(story.items))} tin, bài" + (
        f", {number(len(story.copies))} lượt đăng lại" if story.copies else ""
    )
    said = f"({some(story.outlets, 4)}; {counted}; đăng lần đầu ngày {day(story.first.on)})"
    known = truth(facts, story.event)
    return Paragraph(
        runs=(
            Run(text="- "),
            *((Run(text=f"{topic}: ", italic=True),) if topic else ()),
            Run(text=summaries.cut(first.title, 240), bold=True, url=first.url),
            *((Run(text=f" ({known})", bold=True, italic=True),) if known else ()),
            Run(text=f" {said}: "),
            Run(text=summarise_story(facts, first) or "(không có nội dung tóm tắt)."),
        ),
        key=f"story-{story.event if story.event is not None else f'a{story.first.id}'}",
    )


def headline(story: DigestStory) -> DigestItem:
    """The telling that stands for a story: its first one in Vietnamese, else its first."""
    return next((item for item in (*story.items, *story.copies) if item.language == "vi"), story.first)


def summarise_story(facts: DigestFacts, first: DigestItem) -> str:
    """Two sentences of the outlet's own text, or of its lead where the text is not at hand."""
    body = facts.bodies.get(first.id)
    if body is None:
        return summaries.summarise(first.title, clean(first.lead))
    if first.language == "vi":
        text = clean(body)[:12_000]
        return summaries.summarise(
            first.title,
            text,
            phrases=summaries.keyphrases(text[:1_500]),
            sentences=summaries.by_underthesea,
        )
    return summaries.summarise(first.title, clean(body)[:12_000])


def gist(facts: DigestFacts, story: DigestStory) -> str:
    """One sentence on what happened."""
    return one_line(
        summaries.cut(next(iter(summaries.split(summarise_story(facts, headline(story)))), ""), GIST)
    )
