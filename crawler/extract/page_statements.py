"""Record of what a page states of itself to machines, by the kind of evidence."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class PageStatements:
    """Statements of a page about itself, each list in order of appearance: (kind of evidence, raw text).

    Kinds: ``json-ld | json-ld-other | og | meta | micro | time``.
    """

    titles: list[tuple[str, str]] = field(default_factory=list)
    leads: list[tuple[str, str]] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)
    modified: list[tuple[str, str]] = field(default_factory=list)
    authors: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    author_labels: set[str] = field(default_factory=set)
    site_names: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    canonicals: list[str] = field(default_factory=list)
    body: str = ""
    is_article: bool = False
    og_type: str = ""
    free: bool | None = None
    amp: str = ""
    mobile: str = ""
    next_links: list[str] = field(default_factory=list)
    feeds: list[tuple[str, str]] = field(default_factory=list)
    refresh: str = ""
    document_title: str = ""

    @property
    def says_article(self) -> bool:
        """Whether the page calls itself an article."""
        return self.is_article or self.og_type == "article"
