"""Inconsistencies inside one text ask for a check; a text that explains its numbers does not. Harm that is unreal is no harm."""

from datetime import UTC, datetime

import pytest

from classifier.text.item import Item

ON = datetime(2026, 8, 20, 3, tzinfo=UTC)


def rules(judge, title, text, on=ON):
    judged = judge.judge(Item(id="1", title=title, text=text, date=on))
    return [
        reason.rule
        for reason in judged.check.reasons
        if "differ" in reason.rule or "disagree" in reason.rule or "old day" in reason.rule
    ], judged.check.band


@pytest.mark.parametrize(
    ("title", "text", "rule"),
    [
        ("Lật thuyền trên sông Chảy, 9 người chết", "Công an xã Bảo Hà, Lào Cai cho biết vụ lật thuyền làm 2 người chết, không ai mất tích.",
         "headline and body differ"),
        ("Ngộ độc ở trường nội trú: 80 học sinh nhập viện", "Trạm y tế xã Bắc Hà, Lào Cai tiếp nhận 8 học sinh nhập viện sau bữa trưa.",
         "headline and body differ"),
        ("Cháy lớn ở chợ Cốc Lếu, Lào Cai", "Cảnh sát cho biết không có vụ cháy nào ở chợ Cốc Lếu, Lào Cai. Khói là do đốt rác.", "headline and body differ"),
        ("Six killed in Sa Pa landslide", "Officials in Sa Pa, Lao Cai, Vietnam said one person was killed in the landslide on Monday.",
         "headline and body differ"),
        ("Tin về vụ sạt lở ở Y Tý", "Sạt lở ở xã Y Tý, Lào Cai làm 3 người chết. Người dân dựng lán ven suối. Vụ việc khiến 7 người chết.", "figures disagree"),
        ("Lũ quét ở Bản Hồ sáng nay", "Rạng sáng nay 12/9/2023 lũ quét tràn vào xã Bản Hồ, Lào Cai.", "old day"),
        ("KHẨN: vỡ đập ở Mường Hum", "Ngày 3/8/2022, đập ở xã Mường Hum, Lào Cai bị sập, nước tràn xuống bản.", "old day"),
    ],
)  # fmt: skip
def test_what_disagrees_with_itself_asks_for_a_check(judge, title, text, rule):
    found, band = rules(judge, title, text)
    assert any(rule in one for one in found)
    assert band != "low"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Lật thuyền trên sông Chảy, 3 người chết", "Vụ lật thuyền ở xã Bảo Hà, Lào Cai làm 2 người chết tại chỗ, 1 người chết ở bệnh viện."),
        ("Số người chết ở Bảo Hà lên 5", "Sáng nay số người chết trong vụ lật thuyền ở xã Bảo Hà, Lào Cai tăng lên 5 người chết, trước đó là 3 người chết."),
        ("Số người chết là 2, không phải 20", "Tin nói 20 người chết ở xã Bảo Hà, Lào Cai là sai. Vụ lật thuyền làm 2 người chết."),
        ("Bác tin cháy chợ Cốc Lếu", "Cảnh sát cho biết không có vụ cháy nào ở chợ Cốc Lếu, Lào Cai."),
        ("Hơn 10 người bị thương", "Vụ lật xe ở xã Văn Bàn, Lào Cai làm 12 người bị thương."),
        ("Xét xử vụ cháy chợ", "Ngày 3/8/2022, cháy chợ ở xã Mường Hum, Lào Cai. Sáng nay tòa tuyên án."),
        ("Tròn ba năm sau trận lũ", "Trận lũ quét ngày 12/9/2023 ở xã Bản Hồ, Lào Cai làm 3 người chết. Sáng nay bà con thắp hương."),
        ("Ba vụ đuối nước trong tuần", "Tại xã Bảo Hà 1 người chết, tại xã Bảo Yên 2 người chết, tại xã Văn Bàn 1 người chết, đều ở Lào Cai."),
    ],
)  # fmt: skip
def test_what_a_text_explains_is_no_inconsistency(judge, title, text):
    assert rules(judge, title, text)[0] == []


def test_who_refutes_is_not_raised(judge):
    judged = judge.judge(
        Item(id="1", title="Không có vụ vỡ đập, công an bác bỏ tin giả", date=ON,
             text="Công an tỉnh Lào Cai khẳng định thông tin vỡ đập làm 9 người chết là tin giả, sai sự thật. Không có người chết.")
    )  # fmt: skip
    assert judged.check.band == "low"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Không có người chết và bị thương trong vụ sập cầu tạm", "Lãnh đạo xã Bảo Hà, Lào Cai cho biết không có người chết và bị thương."),
        ("Số vụ cháy và số người thương vong đều giảm", "Sáu tháng, tỉnh Lào Cai giảm 12 vụ cháy, giảm cả số người chết và số người bị thương."),
        ("Chưa phát hiện ổ dịch tả lợn ở Văn Bàn", "Đến chiều nay xã Văn Bàn, Lào Cai chưa phát hiện ổ dịch, chưa ghi nhận ca mắc nào."),
        ("Diễn tập cứu nạn vụ sập hầm lò", "Buổi diễn tập ở xã Cam Đường, Lào Cai giả định sập hầm lò làm 5 người bị thương."),
        ("Ngăn chặn kịp thời vụ bắt cóc", "Công an xã Bảo Hà, Lào Cai ngăn chặn vụ bắt cóc trẻ em."),
    ],
)  # fmt: skip
def test_harm_that_did_not_happen_is_no_harm(judge, title, text):
    assert judge.judge(Item(id="1", title=title, text=text, date=ON)).harm.band == "low"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Cháy nhà ở Bảo Hà, không ai bị thương", "Ngọn lửa thiêu rụi căn nhà gỗ ở xã Bảo Hà, Lào Cai, cháy lan sang nhà bên. Không ai bị thương."),
        ("Không có người chết nhưng 4 người bị thương", "Vụ lật xe ở xã Văn Bàn, Lào Cai làm 4 người bị thương, không có người chết."),
        ("Tưởng niệm nạn nhân lũ, lại thêm một vụ sạt lở", "Lễ tưởng niệm vừa xong. Sạt lở ở xã Bản Hồ, Lào Cai làm 1 người chết."),
        ("Tội phạm giảm nhưng tai nạn tăng", "Số vụ phạm pháp ở Lào Cai giảm 5 %, tai nạn giao thông làm 30 người chết, 41 người bị thương."),
    ],
)  # fmt: skip
def test_real_harm_beside_unreal_harm_stays_harm(judge, title, text):
    assert judge.judge(Item(id="1", title=title, text=text, date=ON)).harm.band != "low"
