"""Words of neighbouring elements stay apart, and letters of one word together."""

import pytest
from lxml import html

from crawler.text import plain_text


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("<p><b>BẢN MẪU</b><span>Hôm nay mở cầu.</span></p>", "BẢN MẪU Hôm nay mở cầu."),
        ("<p><span>Bản Mẫu</span>Sau lũ, cầu mở.</p>", "Bản Mẫu Sau lũ, cầu mở."),
        ("<p><a>Lò Thử</a><time>20/11/2026</time></p>", "Lò Thử 20/11/2026"),
        ("<p><i>(TTXVN)</i><span>Cầu mở.</span></p>", "(TTXVN) Cầu mở."),
        ("<p><span class=cap>C</span>hiều qua</p>", "Chiều qua"),
        ("<p>m<sup>2</sup>, CO<sub>2</sub></p>", "m2, CO2"),
        ("<p>TP<b>HCM</b></p>", "TPHCM"),
        ("<p>đường <b>cao</b> tốc</p>", "đường cao tốc"),
        ("<h1>Dòng một<br>dòng hai</h1>", "Dòng một dòng hai"),
        ("<div><p>một</p><p>hai</p></div>", "một hai"),
        ("<p>Bản Mẫu<!-- x -->Sau lũ</p>", "Bản Mẫu Sau lũ"),
        ("<p>một<script>var a</script> hai</p>", "một hai"),
    ],
)
def test_inline_elements(markup: str, wanted: str) -> None:
    assert plain_text.of_element(html.fragment_fromstring(markup)) == wanted


def test_snippets_of_feeds() -> None:
    assert plain_text.plain("<b>BẢN MẪU</b><span>Cầu mở</span>") == "BẢN MẪU Cầu mở"
    assert plain_text.plain("<span>C</span>hiều qua") == "Chiều qua"
