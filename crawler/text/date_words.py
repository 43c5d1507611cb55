"""Words of dates in the languages of the press: months, weekdays, times of day, eras; and one spelling for all of them.

`canonical` rewrites a text so that the grammar needs one form each: ASCII digits, lower case, months of Vietnamese words as
numbers, Chinese numerals as digits, clocks as ``h:mm``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

LONGEST = 400  # code points of a text that may be a date


def _numbered(*rows: str) -> dict[str, int]:
    return {name: n for n, row in enumerate(rows, 1) for name in row.split()}


# English, French, German, Spanish, Portuguese, Italian, Dutch, Indonesian, Malay, Russian (genitive), Thai, Lao, Khmer
MONTHS: Mapping[str, int] = _numbered(
    "jan january janvier janv januar jänner enero ene janeiro gennaio gen januari января янв ม.ค. มกราคม ມັງກອນ មករា",
    "feb february février fevrier févr fév februar febrero fevereiro febbraio februari pebruari февраля фев ก.พ. กุมภาพันธ์ ກຸມພາ កុម្ភៈ",
    "mar march mars märz mrz marzo março maart maret mac марта мар มี.ค. มีนาคม ມີນາ មីនា",
    "apr april avril avr abril abr aprile апреля апр เม.ย. เมษายน ເມສາ មេសា",
    "may mai mayo maio maggio mag mei мая พ.ค. พฤษภาคม ພຶດສະພາ ឧសភា",
    "jun june juin juni junio junho giugno giu июня июн มิ.ย. มิถุนายน ມິຖຸນາ មិថុនា",
    "jul july juillet juil juli julio julho luglio lug julai июля июл ก.ค. กรกฎาคม ກໍລະກົດ កក្កដា",
    "aug august août aout agosto ago augustus agustus agu ogos августа авг ส.ค. สิงหาคม ສິງຫາ សីហា",
    "sep sept september septembre septiembre setembro settembre set сентября сен ก.ย. กันยายน ກັນຍາ កញ្ញា",
    "oct october octobre oktober okt octubre outubro out ottobre ott октября окт ต.ค. ตุลาคม ຕຸລາ តុលា",
    "nov november novembre noviembre novembro nop ноября ноя พ.ย. พฤศจิกายน ພະຈິກ វិច្ឆិកា",
    "dec december décembre decembre déc dezember dez diciembre dic dezembro dicembre desember des disember декабря дек ธ.ค. ธันวาคม ທັນວາ ធ្នូ",
)
_WEEKDAY_ROWS = (
    "mon monday lundi lun montag mo maandag senin isnin понедельник|thứ hai|thứ 2|t2|星期一|周一|週一|月曜日|월요일|วันจันทร์|ວັນຈັນ",
    "tue tues tuesday mardi dienstag di dinsdag selasa вторник|thứ ba|thứ 3|t3|星期二|周二|週二|火曜日|화요일|วันอังคาร|ວັນອັງຄານ",
    "wed wednesday mercredi mer mittwoch mi woensdag rabu среда|thứ tư|thứ 4|t4|星期三|周三|週三|水曜日|수요일|วันพุธ|ວັນພຸດ",
    "thu thur thurs thursday jeudi jeu donnerstag do donderdag kamis khamis четверг|thứ năm|thứ 5|t5|星期四|周四|週四|木曜日|목요일|วันพฤหัสบดี|ວັນພະຫັດ",
    "fri friday vendredi ven freitag fr vrijdag jumat jumaat пятница|thứ sáu|thứ 6|t6|星期五|周五|週五|金曜日|금요일|วันศุกร์|ວັນສຸກ",
    "sat saturday samedi sam samstag sa zaterdag sabtu суббота|thứ bảy|thứ bẩy|thứ 7|t7|星期六|周六|週六|土曜日|토요일|วันเสาร์|ວັນເສົາ",
    "sun sunday dimanche dim sonntag so zondag minggu ahad воскресенье|chủ nhật|chúa nhật|cn|星期日|星期天|周日|週日|日曜日|일요일|วันอาทิตย์|ວັນອາທິດ",
)
WEEKDAYS: Mapping[str, int] = {
    name: n
    for n, row in enumerate(_WEEKDAY_ROWS)
    for name in [*row.split("|")[0].split(), *row.split("|")[1:]]
}
# Hours of the day in words: what they make of an hour of twelve.
MORNING = {
    "am", "a.m.", "a.m", "a. m.", "sa", "sáng", "上午", "早上", "早晨", "清晨", "凌晨", "午前", "朝", "오전", "새벽", "아침", "เช้า", "ເຊົ້າ", "morning",
}  # fmt: skip
AFTERNOON = {
    "pm", "p.m.", "p.m", "p. m.", "ch", "chiều", "下午", "傍晚", "午後", "夕方", "오후", "저녁", "บ่าย", "ແລງ",
}  # fmt: skip
NOON = {"trưa", "中午", "昼", "낮"}
NIGHT = {"tối", "đêm", "晚上", "夜", "夜间", "深夜", "밤"}
ENGLISH_HALVES = {"am", "pm", "a.m.", "p.m.", "a.m", "p.m", "a. m.", "p. m."}

_VIETNAMESE_NUMBERS: Mapping[str, str] = {
    "mười một": "11", "mười hai": "12", "giêng": "1", "một": "1", "hai": "2", "ba": "3", "tư": "4", "bốn": "4", "năm": "5", "sáu": "6",
    "bảy": "7", "bẩy": "7", "tám": "8", "chín": "9", "mười": "10", "chạp": "12",
}  # fmt: skip
_VIETNAMESE_MONTH = re.compile(r"(?:tháng|thg|th)\.?\s?(" + "|".join(_VIETNAMESE_NUMBERS) + r")(?![^\W\d_])")
_MONTH_ABBREVIATED = re.compile(r"(?<![^\W_])(?:thg|th)\.?\s?(?=\d{1,2}(?!\d))")
_CHINESE_RUN = re.compile(r"[〇零一二三四五六七八九十廿卅]{1,6}(?=\s?[年月日号號时時点點分])")
_CHINESE_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0}
_ERA = re.compile(r"(令和|平成|昭和|民國|民国)\s?(\d{1,3}|元)\s?(?=年)")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}


def _spelled(found: re.Match[str]) -> str:
    """A clock in words with two digits for minutes and seconds: "9 giờ 7 phút" is 9:07."""
    return ":".join([found[1], *(f"{int(part):02}" for part in found.groups()[1:] if part)])


_CLOCK_WORDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # 8 giờ 15 phút, 8 giờ 15, 15h42', 15 giờ; rưỡi is half past
    (re.compile(r"(\d{1,2})\s?(?:giờ|g|h)\s?rưỡi(?![^\W\d_])"), r"\1:30"),
    (re.compile(r"(\d{1,2})\s?(?:giờ|g|h)\s?(\d{1,2})\s?(?:phút|ph|p|')?\s?(\d{1,2})\s?(?:giây|s|'')(?![^\W\d_])"), _spelled),
    (re.compile(r"(?<![\d.,/])(\d{1,2})\s?giờ\s?(\d{1,2})(?:\s?(?:phút|ph\b|'))?(?![\d/])"), _spelled),
    (re.compile(r"(?<![\d.,/])(\d{1,2})\s?giờ(?!\s?\d)(?!\s?(?:việt|hà|bắc|vn|bangkok|paris|london|tokyo|seoul))"), r"\1:00"),
    (re.compile(r"(?<![\d.,/])(\d{1,2})\s?(?:時|时|点|點|시)\s?(?:半|반)"), r"\1:30"),
    (re.compile(r"(?<![\d.,/])(\d{1,2})\s?(?:時|时|点|點|시)\s?(\d{1,2})\s?(?:分|분)(?:\s?(\d{1,2})\s?(?:秒|초))?"), _spelled),
    (re.compile(r"(?<![\d.,/])(\d{1,2})\s?(?:時|时|点|點|시)(?!\s?\d)(?:整)?"), r"\1:00"),
    # 15.42 Uhr, 15.42 น., kl. 15.42, pukul 15.42 WIB
    (re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.\d{2})?(?=\s?(?:uhr|น\.|wib|wita|wit\b|[ap]\.?m\b))"), r"\1:\2"),
    (re.compile(r"(?:เวลา|ເວລາ|pukul|pkl|jam|klo|kl)\.?\s?(\d{1,2})\.(\d{2})(?!\d)"), r"\1:\2"),
    # 15 h 42, 15h42, 8g15'
    (re.compile(r"(?<![\d.,/])(\d{1,2})\s?[hg]\s?(\d{2})(?:\s?(?:'|phút|ph\b|min\b|p\b))?(?!\d)"), r"\1:\2"),
    (re.compile(r"(?<![\d.,/])(\d{1,2})\s?h(?![^\W\d_])(?!\s?\d)"), r"\1:00"),
)  # fmt: skip
_HAS_CLOCK_WORD = re.compile(r"\d\s?(?:giờ|g|h|時|时|点|點|시)|\d\.\d{2}")
_FOREIGN_DIGITS = str.maketrans({chr(start + n): str(n) for start in (0x0E50, 0x0ED0, 0x17E0, 0x0660, 0x06F0) for n in range(10)})  # fmt: skip


@lru_cache(4096)
@lru_cache(maxsize=128)
def canonical(raw: str) -> str:
    """The text in one spelling: NFKC, lower case, single blanks, digits and clocks in one form."""
    text = unicodedata.normalize("NFKC", raw[:LONGEST]).translate(_FOREIGN_DIGITS).lower()
    text = " ".join(text.replace("\u2212", "-").replace("’", "'").replace("′", "'").split())
    if not text.isascii():
        text = _CHINESE_RUN.sub(lambda m: str(_chinese(m[0])), text)
        text = _ERA.sub(lambda m: str(_ERAS[m[1]] + (1 if m[2] == "元" else int(m[2]))), text)
        text = _VIETNAMESE_MONTH.sub(lambda m: f"tháng {_VIETNAMESE_NUMBERS[m[1]]}", text)
    text = _MONTH_ABBREVIATED.sub("tháng ", text)
    if _HAS_CLOCK_WORD.search(text):
        for pattern, spelled in _CLOCK_WORDS:
            text = pattern.sub(spelled, text)
    return text


def _chinese(numeral: str) -> int:
    """A Chinese numeral below a hundred (十一, 二十) or a year in digits (二〇二六)."""
    numeral = numeral.replace("廿", "二十").replace("卅", "三十")
    if "十" not in numeral:
        return int("".join(str(_CHINESE_DIGITS[c]) for c in numeral))
    tens, _, ones = numeral.partition("十")
    ten = _CHINESE_DIGITS.get(tens[-1:], 1) if tens else 1
    return 10 * ten + (_CHINESE_DIGITS.get(ones[:1], 0) if ones else 0)
