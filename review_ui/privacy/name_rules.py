"""Named-entity rules: each finds names of persons of one form; all are tried, the longest that begins first wins. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from review_ui.privacy import name_words as words
from review_ui.privacy.name_context import (
    ALL_FOLDED,
    NameMention,
    NameToken,
    addressed,
    aged,
    capital_runs,
    is_institution,
    mention_at,
    name_start,
    text_before,
)


def by_surname(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """Capitalised words that begin with a surname: "Nguyễn Văn A", "Giàng A Páo"."""
    for run in capital_runs(text, found):
        n = name_start(text, run)
        if (
            n is None
            or (is_institution(text, run[n].start) and not n)
            or (n and is_institution(text, run[n].start))
        ):
            continue
        named = run[n : n + 5]
        if run[0].all_capitals and len(run) > 5:
            continue  # a headline in capitals: by_capitals reads it
        yield mention_at(text, named[0].start, named[-1].end, "surname")


def by_address(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """A capitalised word or more after a form of address, with the further ones of its list: "em Mẫu, Thử và Páo"."""
    for run in capital_runs(text, found):
        first = next((n for n, token in enumerate(run) if addressed(text, token.start)), None)
        if first is None or (run[0].all_capitals and len(run) > 5 and len(run[0].text) > 1):
            continue
        named = run[first : first + 5]
        if named[0].lower in words.ORG_STARTS and not (
            len(named) > 1 and named[0].lower in words.AMBIGUOUS_SURNAMES
        ):
            following = re.match(r"\s*([^\W\d_]+)", text[named[-1].end : named[-1].end + 12])
            if (
                len(named) > 1
                or named[0].lower not in words.GIVEN_NAMES
                or (
                    following
                    and following[1]
                    in (
                        "an",
                        "ủy",
                        "bộ",
                        "phố",
                        "tế",
                        "hàng",
                        "hiểm",
                        "phòng",
                        "cục",
                        "nhánh",
                        "đội",
                        "hội",
                        "niên",
                    )
                )
            ):
                continue
        whole = " ".join(t.lower for t in named)
        if _no_people(text, named[0].start, whole):
            continue
        yield mention_at(text, named[0].start, named[-1].end, "address")
        yield from _list_after(text, found, named[-1].end)


def _no_people(text: str, start: int, whole: str) -> bool:
    """ "Bà Nà", "Anh Quốc", "bác Hồ", "thanh niên Mông": capitals after a word that only looks like an address."""
    before = text_before(text, start)
    written = text[max(0, start - 8) : start]
    if whole in ("hồ", "trắng", "nước") or whole.startswith(
        ("sông ", "suối ", "đường ", "quốc lộ", "đèo ", "núi ")
    ):
        return True
    if re.search(r"(?:Bà|Ông|Anh|Cô|Cụ|Chú|Con|Em|Nhà) $", written) and whole in _AFTER_CAPITAL:
        return True
    if words.ONE_PERSON.search(before):
        return whole in _SURELY_PLACES
    first = whole.split()[0]
    return (
        whole in words.place_names()
        or first in words.PEOPLES | words.COUNTRIES
        or first in words.ORG_STARTS
        or (len(whole) > 7 and " " not in whole)
    )


_AFTER_CAPITAL = frozenset(
    (
        "nà",
        "rịa",
        "đen",
        "triệu",
        "trưng",
        "ích khiêm",
        "quốc",
        "sơn",
        "tô",
        "rùa",
        "phìn",
        "táo",
        "công",
        "cuông",
        "voi",
        "nước",
        "trời",
    )
)
_SURELY_PLACES = frozenset(("lào cai", "yên bái", "hà nội", "sa pa", "tây bắc"))


def _list_after(text: str, found: list[NameToken], at: int) -> Iterator[NameMention]:
    while match := re.match(
        r"(?:\s*\([^()]{1,40}\))?(?:, | và | cùng | - |; )(?:(?:em|cháu|bé|anh|chị|ông|bà|cùng) )?((?:[^\W\d_a-zà-ỹđ][^\W\d_]*)(?: [^\W\d_a-zà-ỹđ][^\W\d_]*){0,4})",
        text[at:],
    ):
        name = match[1]
        if (
            not name[:1].isupper()
            or name.split()[0].lower() in words.ORG_STARTS | words.SENTENCE_STARTS
            or name.lower() in words.place_names()
        ):
            return
        if name.isupper() and len(name.split()[0]) > 3:
            return
        yield mention_at(text, at + match.start(1), at + match.end(1), "list")
        at += match.end(1)


def by_age(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """Capitalised words before an age, a year of birth or a nationality: "Maria Lopez (29 tuổi)"."""
    for run in capital_runs(text, found):
        if (
            len(run) > 5
            or run[0].lower in words.ORG_STARTS
            or " ".join(t.lower for t in run) in words.place_names()
        ):
            continue
        end = run[-1].end
        foreign = re.match(
            r"\s*[(,]\s*(?:quốc tịch|người (?:Mỹ|Anh|Pháp|Đức|Úc|Trung|Hàn|Nhật|Nga))", text[end : end + 30]
        )
        if (aged(text, end) is None and not foreign) or is_institution(text, run[0].start):
            continue
        yield mention_at(text, run[0].start, end, "age")


def by_capitals(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """A surname and its syllables in a line of capitals: "NỮ SINH LÝ THỊ MẪU MẤT TÍCH"."""
    for n, token in enumerate(found[:-1]):
        if not token.all_capitals or token.lower not in words.SURNAMES | words.AMBIGUOUS_SURNAMES:
            continue
        cue = addressed(text, token.start)
        if is_institution(text, token.start):
            continue
        named = _syllables(text, found, n, capitals=True)
        middle = len(named) > 1 and named[1].lower in words.SURE_MIDDLES
        plain = token.lower in words.PLAIN_SURNAMES and len(named) >= 2 and len(token.text) > 2
        if (
            len(named) < 2
            or not (cue or middle or plain)
            or (" ".join(t.lower for t in named) in words.place_names() and not cue)
        ):
            continue
        yield mention_at(text, named[0].start, named[-1].end, "capitals")


def by_lower_case(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """A surname in lower case with a middle name, or after a form of address: "chị lò thị mẫu", "em nguyen van thu"."""
    for n, token in enumerate(found[:-1]):
        following = found[n + 1]
        if (
            token.capital
            or following.capital
            or text[token.end : following.start] != " "
            or is_institution(text, token.start)
        ):
            continue
        named = _syllables(text, found, n, capitals=False)
        ascii_only = all(part.text.isascii() for part in named)
        called = addressed(text, token.start)
        known = token.text in words.SURNAMES or (ascii_only and token.text in words.FOLDED_SURNAMES)
        known = known or (
            called and (token.text in words.AMBIGUOUS_SURNAMES or (ascii_only and token.text in ALL_FOLDED))
        )
        if not known:
            continue
        middle = following.text in ("văn", "thị", "van", "thi", "seo", "láo") or (
            following.text == "a" and not ascii_only
        )
        if middle and len(named) >= 3 and named[2].text not in _AFTER_THI:
            yield mention_at(text, token.start, named[-1].end, "lower case")
        elif called and any(
            part.text in words.GIVEN_NAMES or (ascii_only and part.text in words.FOLDED_GIVEN_NAMES)
            for part in named[1:]
        ):
            plain = token.text in words.PLAIN_SURNAMES or (
                ascii_only and token.text in ("nguyen", "tran", "pham", "hoang")
            )
            if plain or aged(text, named[-1].end) is not None:
                yield mention_at(text, token.start, named[-1].end, "lower case")


# "quản lý thị trường", "thị xã": where "thị" is no middle name.
_AFTER_THI = frozenset(
    ("trường", "xã", "trấn", "sát", "lực", "phần", "giác", "hiếu", "phạm", "hóa", "hoá", "bản", "phòng")
)


def _syllables(text: str, found: list[NameToken], n: int, *, capitals: bool) -> list[NameToken]:
    """Surname at ``n`` and what follows of the name: to a common word, at most four syllables."""
    named = [found[n]]
    for token in found[n + 1 : n + 4]:
        if text[named[-1].end : token.start] not in (" ", "\u00a0"):
            break
        first_given = len(named) == 1 or (
            len(named) == 2 and named[1].lower in ("thị", "văn", "a", "van", "thi", "seo", "láo")
        )
        if token.all_capitals != capitals and len(token.text) > 1 and not (capitals and token.capital):
            break
        if token.lower in words.COMMON_WORDS and not first_given:
            break
        if len(named) == 3 and named[1].lower in ("a", "seo", "láo"):
            break
        if len(named) == 3 and not capitals and named[1].lower in ("văn", "van"):
            break
        named.append(token)
    return named


def by_given_name(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """One capitalised syllable inside a sentence where only a person fits: "đâm Chín", "mẹ của Tủa", "Huy kể"."""
    for run in capital_runs(text, found):
        token = run[0]
        if (
            len(run) != 1
            or len(token.text) < 2
            or token.lower in words.ORG_STARTS | words.COUNTRIES
            or token.all_capitals
        ):
            continue
        before = text_before(text, token.start)
        if not re.search(r"[^\W_][, ] ?[“\"]?$", before) or is_institution(text, token.start):
            continue
        told = words.SPOKEN_AFTER.match(text[token.end : token.end + 15].lower())
        if re.search(
            r"(?<![^\W_])(?:ở|tại|từ|đến|về|ra|vào|lên|xuống|qua|tới|sang|gần|khắp|vùng|phía|dịp|ngày)\s+$",
            before,
        ):
            continue
        if (
            re.search(r"(?:của|lời|tên|cùng lớp với|với|đâm|gặp|gọi|xóm nhà|rủ)\s+[“\"]?$", before)
            or (words.PERSON_BEFORE.search(before) and token.lower in words.GIVEN_NAMES)
            or (told and token.lower in words.GIVEN_NAMES and not re.search(r"[.!?…:]\s*$", before))
        ):
            yield mention_at(text, token.start, token.end, "given name")


_PLACE_LIST = re.compile(
    r"(?<![^\W_])(?:xã|phường|thôn|bản|huyện|tỉnh|thị trấn|đường|phố|suối|sông|tuyến|các xã|các phường|các thôn)\s+(?:[A-ZĐÀ-Ỹ][^\W\d_]*[ ]?)+(?:(?:,| và| -| –|;) (?:[A-ZĐÀ-Ỹ][^\W\d_]*[ ]?)+)*(?:,| và| -| –|;) $"
)


def by_default(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """Two to four capitalised words that are no known place, body or brand and stand where a person does."""
    places = words.place_names()
    for run in capital_runs(text, found):
        whole = " ".join(t.lower for t in run)
        start, end = run[0].start, run[-1].end
        if (
            not 2 <= len(run) <= 4
            or whole in places
            or run[0].lower in words.ORG_STARTS
            or any(t.all_capitals and len(t.text) > 1 for t in run)
        ):
            continue
        if any(
            " ".join(t.lower for t in run[:k]) in places or " ".join(t.lower for t in run[-k:]) in places
            for k in range(2, len(run))
        ):
            continue
        if (
            name_start(text, run) is not None
            or is_institution(text, start)
            or _PLACE_LIST.search(text[max(0, start - 80) : start])
            or text[end : end + 1] == "-"
        ):
            continue
        ascii_only = all(t.text.isascii() for t in run)
        told = words.SPOKEN_AFTER.match(text[end : end + 15].lower())
        before = text_before(text, start)
        cue: object = (
            told
            or words.PERSON_BEFORE.search(before)
            or re.search(
                r"(?:người [^\W_]+(?: [^\W_]+)?|tourist|woman|man|girl|boy|driver|victim|student|farmer|villager|quốc tịch [^\W_]+(?: [^\W_]+)?|khách [^\W_]+(?: [^\W_]+)?|touriste|nommée?)\s+$",
                before,
            )
        )
        cue = cue or re.match(
            r"\s*[,(–]\s*(?:người|quốc tịch|đến từ|du khách|khách|\d{1,2} tuổi|\d{2}\b|a \d|trú|quê|thường trú|ngụ|cùng trú|ở)",
            text[end : end + 20],
        )
        cue = cue or (ascii_only and run[0].lower in words.FOREIGN_NAMES)
        if cue or (
            not ascii_only
            and len(run) == 3
            and re.search(r"(?:^|[.!?:,;“\"–-]\s*|\w )$", before)
            and not re.search(r"(?:ở|tại|từ|đến|về|qua|trên|vùng|khu vực|vào|lên|xuống)\s+$", before)
        ):
            yield mention_at(text, start, end, "default")


def by_address_in_lower_case(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """A given name in lower case or in a line of capitals after a form of address: "bé bảo an", "CHỊ HOA"."""
    for n, token in enumerate(found):
        capitals = token.all_capitals and len(token.text) > 1
        if (token.capital and not capitals) or not re.search(
            r"(?<![^\W_])(?:bé|cháu|chị|anh|em|con|cô|chú|bác|ông|bà|cu|thằng|nhỏ|be|chau|chi|thang)\s+$",
            text_before(text, token.start),
        ):
            continue
        if (
            capitals
            and token.lower in words.GIVEN_NAMES | words.SURNAMES
            and token.lower not in words.COMMON_WORDS | words.ORG_STARTS
        ):
            yield mention_at(text, token.start, token.end, "address in capitals")
        folded = token.text.isascii() and token.text in words.FOLDED_GIVEN_NAMES
        if (
            not (token.text in words.LOWER_GIVEN_NAMES or folded)
            or text[token.start - 5 : token.end] == "anh hùng"
        ):
            continue
        following = (
            found[n + 1] if n + 1 < len(found) and text[token.end : found[n + 1].start] == " " else None
        )
        pair = (
            following is not None
            and following.text in words.LOWER_GIVEN_NAMES | {"anh", "an", "châu"}
            and not following.capital
        )
        end = following.end if pair and following else token.end
        if (
            pair
            or aged(text, end) is not None
            or re.match(
                r"\s*(?:$|[,.!?(]|(?:bị|nhà|ở|con|học|mất|kể|bảo|nói|và|với|bên|lớp|đi|đang|là|vừa|xã|bản|thôn|sinh|cho|có)\b)",
                text[end:],
            )
        ):
            yield mention_at(text, token.start, end, "address in lower case")


def by_office(text: str, found: list[NameToken]) -> Iterator[NameMention]:
    """Capitalised words after an office that no other rule reads: "Tổng thống Pháp Emmanuel Macron"; later "ông Macron"."""
    for run in capital_runs(text, found):
        foreign = len(run) >= 2 and all(t.text.isascii() and not t.all_capitals for t in run[-2:])
        if (
            foreign
            and run[0].lower not in words.ORG_STARTS
            and words.OFFICE.search(text_before(text, run[0].start, 60))
        ):
            yield mention_at(text, run[0].start, run[-1].end, "office")


MENTION_RULES = (
    by_surname, by_address, by_age, by_capitals, by_lower_case, by_given_name, by_address_in_lower_case, by_default, by_office,
)  # fmt: skip
