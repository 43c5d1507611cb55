"""Private persons by initials; officials in office by name. All names are invented."""

from __future__ import annotations

import pytest

from review_ui.privacy.initials import initialled


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Theo ông Giàng A Thử, bụi rất nhiều.", "Theo ông G.A.T., bụi rất nhiều."),
        ("Bà Lò Thị Mẫu cho biết nước đục.", "Bà L.T.M. cho biết nước đục."),
        ("Anh Thử phải nhập viện.", "Anh T. phải nhập viện."),
        ("Nạn nhân Vàng Thị Mẫu đã qua cơn nguy kịch.", "Nạn nhân V.T.M. đã qua cơn nguy kịch."),
        ("Trần Văn Thử (32 tuổi, trú xã Bản Mẫu) bị thương.", "T.V.T. (32 tuổi, trú xã Bản Mẫu) bị thương."),
        ("Nguyễn Thị Mẫu, sinh năm 1990, khai nhận.", "N.T.M., sinh năm 1990, khai nhận."),
    ],
)
def test_private_persons_become_initials(text, expected):
    assert initialled(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ông Nguyễn Văn Thử, Phó Chủ tịch UBND xã, cho biết đã kiểm tra.",
        "Giám đốc Sở, ông Trần Văn Mẫu, yêu cầu báo cáo.",
        "Chủ tịch UBND tỉnh Lê Văn Thử chủ trì cuộc họp.",
        "Du khách đi Bà Nà rồi lên Sa Pa.",
        "Mưa lớn ở xã Mường Hoa, phường Sa Pa.",
        "Chị em phụ nữ xã Bảo Hà trồng quế.",
        "Nước tràn qua kè Lê Văn Thử, cống Trần Thị Mẫu và trạm bơm Nguyễn Mẫu Thử.",
        "",
    ],
)
def test_officials_places_and_everything_else_stay(text):
    assert initialled(text) == text
