"""Which language a text is in: lenient reading of tags, and a look at the text where tags are missing or wrong."""

import functools
import re
import unicodedata
from typing import Any

# Names and old codes that feeds give instead of BCP 47 tags (vn is the country, not the language).
_NAMES = {
    "vn": "vi", "vie": "vi", "vietnamese": "vi", "vietnam": "vi", "tiếng việt": "vi", "tieng viet": "vi", "việt": "vi",
    "eng": "en", "english": "en", "us": "en", "uk": "en", "gb": "en", "fre": "fr", "fra": "fr", "french": "fr", "français": "fr",
    "chi": "zh", "zho": "zh", "cn": "zh", "chinese": "zh", "中文": "zh", "tw": "zh", "hk": "zh", "jp": "ja", "jpn": "ja",
    "japanese": "ja", "kr": "ko", "kor": "ko", "korean": "ko", "lao": "lo", "khm": "km", "tha": "th", "hmn": "hmn", "ger": "de", "deu": "de",
}
# Letters that only Vietnamese writes: ơ, ư, đ and vowels with two marks or a dot or hook.
_VIETNAMESE = re.compile(r"[ơưđăạảẹẻẽịỉĩọỏụủũỵỷỹấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]", re.IGNORECASE)
_GUESSED = ["vi", "en", "fr", "de", "es", "id", "ms", "tl", "it", "pt", "ru"]


def from_tag(tag: str | None) -> str | None:
    """The language a tag hints at (``vi``, ``vi-VN``, ``vi_VN``, ``vn``, ``Vietnamese``); None for nonsense."""
    if not tag:
        return None
    flat = unicodedata.normalize("NFC", tag).strip().lower()
    if flat in _NAMES:
        return _NAMES[flat]
    first = re.split(r"[-_;,\s]", flat)[0]
    if first in _NAMES:
        return _NAMES[first]
    return first if re.fullmatch(r"[a-z]{2}", first) and first not in ("xx", "zz", "un") else None


def of_text(text: str, *, hint: str | None = None) -> str | None:
    """The language of a text by its letters; ``hint`` decides where letters do not; None for too little text."""
    sample = text[:4000]
    letters = [c for c in sample if c.isalpha()]
    if len(letters) < 20:
        return hint
    han = sum("\u4e00" <= c <= "\u9fff" for c in letters)
    kana = sum("\u3040" <= c <= "\u30ff" for c in letters)
    hangul = sum("\uac00" <= c <= "\ud7af" for c in letters)
    if han + kana + hangul > 0.3 * len(letters):
        return "ko" if hangul > han else "ja" if kana > 0.1 * (han + kana) else "zh"
    marked = len(_VIETNAMESE.findall(sample))
    if marked > 0.05 * len(letters):
        return "vi"
    if hint and hint != "vi" or len(letters) < 200:
        return hint
    # Text without Vietnamese marks on a page that says vi, or says nothing.
    guess = _identifier().classify(sample)[0]
    return str(guess) if guess else hint


@functools.lru_cache(1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_pickled_model(MODEL_FILE)
    identifier.set_languages(_GUESSED)
    return identifier
