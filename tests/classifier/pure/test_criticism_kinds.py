"""Kinds of criticism, and of what only sounds like it: policy, prevention, an office asking for money."""

from __future__ import annotations

import pytest

from classifier.judging.judge import Judge, Judgement
from classifier.text.item import Item
from db.catalogue import files


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(files.shipped("laocai"))


def judged(judge: Judge, title: str, text: str) -> Judgement:
    return judge.judge(Item(id="1", title=title, text=text))


READ_AS_COMPLAINT = pytest.mark.xfail(
    reason="the words head weighs office-holders and what is lacking too high in a text of two sentences",
    strict=True,
)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("Tỉnh tháo gỡ khó khăn, vướng mắc cho doanh nghiệp", "Lãnh đạo tỉnh chủ trì hội nghị hỗ trợ doanh nghiệp đầu tư.", marks=READ_AS_COMPLAINT),
        ("Công an tuần tra để chặn gian lận thi vào lớp 10", "Lực lượng chức năng bảo đảm an toàn cho kỳ thi."),
        ("Hiệu trưởng chịu trách nhiệm trước ngành nếu để xảy ra bạo lực", "Sở ban hành hướng dẫn cho năm học mới."),
        pytest.param("Tỉnh kiến nghị Thủ tướng hỗ trợ vốn làm cầu", "Dự án nằm trong quy hoạch phát triển hạ tầng.", marks=READ_AS_COMPLAINT),
    ],
)  # fmt: skip
def test_policy_in_the_words_of_complaint_is_no_criticism(judge: Judge, title: str, text: str) -> None:
    assert judged(judge, title, text).criticism.band == "low"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Bắt giam giám đốc trung tâm văn hóa huyện", "Ông này bị khởi tố vì sai phạm khi sử dụng ngân sách."),
        ("Giáo viên bị đình chỉ giảng dạy vì sửa bài thi", "Nhà trường xin lỗi phụ huynh và yêu cầu kiểm điểm."),
        ("Đường dân sinh lầy lội, xe ben cày nát, dân đỏ mắt chờ sửa", "Người dân xã vùng cao mong có đường mới."),
        ("Nhân viên y tế bị nợ lương, chưa nhận chế độ trực", "Cuối năm nhiều người vẫn chưa có lương."),
        ("Khách hàng bức xúc vì hóa đơn tiền điện tăng gấp ba", "Nhiều hộ đòi làm rõ cách tính."),
        ("Công trình xây dựng trái phép giữa khu di tích", "Chủ đầu tư tự ý xây, chưa chịu tháo dỡ."),
    ],
)  # fmt: skip
def test_kinds_of_complaint_and_of_wrongdoing_are_criticism_and_not_harm(
    judge: Judge, title: str, text: str
) -> None:
    found = judged(judge, title, text)
    assert found.criticism.band != "low"
    assert found.criticism.score > found.harm.score
