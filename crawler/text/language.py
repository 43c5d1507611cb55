"""Which language a text is in: lenient reading of tags, and a look at the text where tags are missing or wrong."""

import functools
import re
import unicodedata
from typing import Any

# Names and old codes that feeds give instead of BCP 47 tags (vn is the country, not the language).
_NAMES = {
    "vn": "vi",
    "vie": "vi",
    "vietnamese": "vi",
    "vietnam": "vi",
    "tiếng việt": "vi",
    "tieng viet": "vi",
    "việt": "vi",
    "eng": "en",
    "english": "en",
    "us": "en",
    "uk": "en",
    "gb": "en",
    "fre": "fr",
    "fra": "fr",
    "french": "fr",
    "français": "fr",
    "chi": "zh",
    "zho": "zh",
    "cn": "zh",
    "chinese": "zh",
    "中文": "zh",
    "tw": "zh",
    "hk": "zh",
    "jp": "ja",
    "jpn": "ja",
    "japanese": "ja",
    "kr": "ko",
    "kor": "ko",
    "korean": "ko",
    "lao": "lo",
    "khm": "km",
    "tha": "th",
    "hmn": "hmn",
    "ger": "de",
    "deu": "de",
}
# Letters that only Vietnamese writes: ơ, ư, đ and vowels with two marks or a dot or hook.
_VIETNAMESE = re.compile(r"[ơưđăạảẹẻẽịỉĩọỏụủũỵỷỹấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]", re.IGNORECASE)
_NO_LETTERS = re.compile(r"[\W\d_]+")
_HAN, _KANA, _HANGUL = (
    re.compile("[\u4e00-\u9fff]"),
    re.compile("[\u3040-\u30ff]"),
    re.compile("[\uac00-\ud7af]"),
)
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
    letters = len(_NO_LETTERS.sub("", sample))
    if letters < 20:
        return hint
    marked = len(_VIETNAMESE.findall(sample))
    if marked > 0.05 * letters:
        return "vi"
    han, kana, hangul = (len(script.findall(sample)) for script in (_HAN, _KANA, _HANGUL))
    if han + kana + hangul > 0.3 * letters:
        return "ko" if hangul > han else "ja" if kana > 0.1 * (han + kana) else "zh"
    if hint and hint != "vi" or letters < 200:
        return hint
    # Text without Vietnamese marks on a page that says vi, or says nothing.
    guess = _identifier().classify(sample)[0]
    return str(guess) if guess else hint


@functools.lru_cache(1)
def _identifier() -> Any:
    """The trained identifier, narrowed: the whole model of 142 languages would stay in memory, 28 MB a process."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(_GUESSED)
    return LanguageIdentifier(
        whole.nb_ptc, whole.nb_pc, whole.nb_classes, whole.tk_nextmove, whole.tk_output, tk_row=whole.tk_row
    )
