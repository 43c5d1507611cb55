"""One happening by its facts: kind, place at its level, day, growing counts; in four languages, against its look-alikes."""

import itertools
from datetime import datetime

import pytest

from classifier.events import offline
from classifier.text.item import Item

# (event, publication, outlet, language, title, text): invented
JULY = [
    ("A", "2026-07-14T08:00:00+07:00", "S1", "vi", "Lũ ống ở Pa Cheo, ba người chết",
     "Rạng sáng 14/7, lũ ống tràn qua thôn Tả Lèng, xã Pa Cheo, Lào Cai cuốn trôi hai nhà, làm ba người chết, một người mất tích."),
    ("A", "2026-07-14T15:00:00+07:00", "S2", "en", "Flash flood kills three in Lao Cai",
     "A flash flood struck Pa Cheo commune in the northern province of Lao Cai early on Tuesday, killing three people and leaving one missing."),
    ("A", "2026-07-15T09:00:00+07:00", "S3", "fr", "Vietnam : trois morts dans une crue à Pa Cheo",
     "Une crue soudaine a fait trois morts et un disparu dans la commune de Pa Cheo, province de Lao Cai."),
    ("A", "2026-07-15T10:00:00+07:00", "S4", "vi", "Đêm trắng ở Tả Lèng",
     "Người dân Pa Cheo kể lại đêm lũ: nước đổ về trong mười phút, nhà trôi như bao diêm. Ba cỗ quan tài nằm cạnh nhau."),
    ("A", "2026-07-15T17:00:00+07:00", "S1", "vi", "Số người chết vì lũ ở Pa Cheo lên bốn",
     "Chiều 15/7 lực lượng cứu hộ tìm thấy thi thể người mất tích, nâng số người chết lên bốn người."),
    ("B", "2026-07-13T16:00:00+07:00", "S5", "vi", "Cảnh báo lũ quét, sạt lở đất ngày 13/7",
     "Đài khí tượng cảnh báo nguy cơ lũ quét tại các xã Pa Cheo, Bản Vược, Trịnh Tường, Lào Cai trong 6 giờ tới."),
    ("B2", "2026-07-14T16:00:00+07:00", "S5", "vi", "Cảnh báo lũ quét, sạt lở đất ngày 14/7",
     "Đài khí tượng cảnh báo nguy cơ lũ quét tại các xã Pa Cheo, Bản Vược, Trịnh Tường, Lào Cai trong 6 giờ tới."),
    ("C", "2026-07-03T14:00:00+07:00", "S1", "vi", "Xe tải lao vực ở dốc Ba Tầng, tài xế tử vong",
     "Trưa 3/7 xe tải chở đá lao xuống vực ở dốc Ba Tầng, xã Cốc San, Lào Cai, tài xế tử vong tại chỗ."),
    ("C", "2026-07-04T09:00:00+07:00", "S2", "en", "Truck plunges off Ba Tang slope, driver dead",
     "A truck loaded with rock plunged into a ravine in Coc San commune, Lao Cai, at noon on July 3. The driver died at the scene."),
    ("D", "2026-07-11T10:00:00+07:00", "S4", "vi", "Lại lật xe tải ở dốc Ba Tầng",
     "Sáng 11/7 một xe tải chở xi măng lật ở dốc Ba Tầng, xã Cốc San, Lào Cai, tài xế bị thương nhẹ."),
    ("E", "2026-07-20T19:00:00+07:00", "N1", "vi", "Đồn bắt cóc trẻ em ở chợ Cốc Ly",
     "Trong nhóm phụ huynh lan truyền tin nhắn có người bắt cóc trẻ em ở chợ Cốc Ly, Lào Cai. Mọi người cẩn thận."),
    ("E", "2026-07-21T10:00:00+07:00", "S1", "vi", "Công an bác tin bắt cóc trẻ em ở Cốc Ly",
     "Công an xã Cốc Ly khẳng định không có vụ bắt cóc trẻ em nào, thông tin trong các nhóm là bịa đặt."),
    ("F", "2026-07-21T19:00:00+07:00", "N2", "vi", "Đồn bắt cóc trẻ em ở Tằng Loỏng",
     "Tin nhắn lan truyền nói có người bắt cóc trẻ em trước cổng trường ở Tằng Loỏng, Lào Cai. Mọi người cẩn thận."),
    ("G", "2026-07-16T09:00:00+07:00", "S1", "vi", "Một năm sau lũ ống ở Pa Cheo",
     "Một năm sau trận lũ ống tháng 7 năm 2025 làm ba người chết, Pa Cheo, Lào Cai có khu tái định cư mới."),
    ("H", "2026-07-12T09:00:00+07:00", "S6", "vi", "Giá ngô, giá quế chợ Phố Lu tuần 6/7–12/7",
     "Giá quế tại chợ Phố Lu, Lào Cai tăng 1.000 đồng mỗi kg, ngô giữ giá."),
    ("H2", "2026-07-19T09:00:00+07:00", "S6", "vi", "Giá ngô, giá quế chợ Phố Lu tuần 13/7–19/7",
     "Giá quế tại chợ Phố Lu, Lào Cai giảm 500 đồng mỗi kg, ngô giữ giá."),
    ("A", "2026-07-14T18:00:00+07:00", "S7", "zh", "老街省发生山洪 三人死亡",
     "越南老街省巴刹县7月14日凌晨发生山洪，造成三人死亡，一人失踪。"),
    ("J", "2026-07-15T07:00:00+07:00", "S8", "vi", "Mất điện diện rộng ở Bát Xát vì sét",
     "Sét đánh trúng trạm biến áp làm mất điện ở các xã Bát Xát, Bản Vược, Lào Cai từ đêm 14/7."),
    ("K", "2026-07-22T17:00:00+07:00", "S1", "vi", "Cầu tạm Nậm Pung gãy, hai cụ già rơi xuống suối",
     "Chiều 22/7, cầu tạm qua suối Nậm Pung, xã Dền Sáng, Lào Cai bất ngờ gãy khi hai cụ già đi chợ về. Cả hai được kéo lên bờ."),
    ("K", "2026-07-22T20:00:00+07:00", "S4", "vi", "Thót tim trên đường đi chợ ở Dền Sáng",
     "Mố cầu sập, hai cụ ngã nhào xuống dòng nước. May có tốp thanh niên làm đồng gần đó nhảy xuống dìu vào."),
]  # fmt: skip
AUGUST = [
    ("A", "2026-08-03T07:00:00+07:00", "S1", "vi", "Sạt lở ở Dền Thàng, hai người tử vong",
     "Đêm 2/8, đất đá vùi lấp một căn nhà ở thôn Tả Phìn, xã Dền Thàng, Lào Cai, hai người tử vong, một người còn mất tích."),
    ("A", "2026-08-03T18:00:00+07:00", "S2", "vi", "Số người chết vì sạt lở ở Dền Thàng tăng lên ba",
     "Chiều 3/8 tìm thấy thi thể thứ ba trong vụ sạt lở ở Dền Thàng, Lào Cai."),
    ("A", "2026-08-04T05:00:00+07:00", "S3", "en", "Landslide kills three in northern Vietnam",
     "A landslide buried a house in Den Thang, Lao Cai province, killing three people, local media reported."),
    ("A", "2026-08-04T10:00:00+07:00", "S4", "zh", "越南老街泥石流致三人死亡",
     "据越南媒体报道，老街省一处村庄8月2日夜间发生山体滑坡，造成三人死亡。"),
    ("A", "2026-08-04T11:00:00+07:00", "S5", "fr", "Glissement de terrain à Den Thang : trois morts",
     "Le corps du dernier disparu a été retrouvé lundi à Den Thang, dans la province de Lao Cai, portant le bilan à trois morts."),
    ("A", "2026-08-05T09:00:00+07:00", "S1", "vi", "Thăm hỏi các gia đình có người mất ở Dền Thàng",
     "Lãnh đạo tỉnh đến thắp hương và trao hỗ trợ cho ba gia đình có người mất vì sạt lở ở Dền Thàng."),
    ("B", "2026-08-06T10:00:00+07:00", "S1", "vi", "Xe khách 29 chỗ lật ở Khau Phạ, 9 người bị thương",
     "Sáng 6/8 xe khách lật trên đèo Khau Phạ, Lào Cai, chín người bị thương."),
    ("B", "2026-08-06T20:00:00+07:00", "S3", "en", "Nine hurt as coach overturns on Khau Pha pass",
     "Nine passengers were injured when a coach overturned on Khau Pha pass in Vietnam's Lao Cai province on Thursday."),
    ("B", "2026-08-07T08:00:00+07:00", "S4", "vi", "Tôi chỉ kịp ôm lấy con",
     "Một hành khách trên chuyến xe lật ở Khau Phạ kể: xe chao hai lần rồi đổ nghiêng, mọi người đè lên nhau."),
    ("C", "2026-08-20T20:00:00+07:00", "S4", "zh", "老街发生交通事故 九人受伤",
     "越南老街省沙坝8月20日一辆客车翻车，九人受伤。"),
    ("D", "2026-08-10T10:00:00+07:00", "S1", "vi", "Không có chuyện vỡ đập Ngòi Phát",
     "Chủ đập Ngòi Phát, xã Bản Vược, Lào Cai khẳng định đập an toàn, tin vỡ đập trên mạng là bịa đặt."),
    ("D", "2026-08-10T20:00:00+07:00", "S3", "en", "Lao Cai dam operator denies burst rumour",
     "The operator of Ngoi Phat dam in Ban Vuoc, Lao Cai, denied online claims that the dam had burst."),
    ("D", "2026-08-09T22:00:00+07:00", "N1", "vi", "",
     "Mọi người ơi nghe bảo đập Ngòi Phát vỡ rồi, nước đang về, ai ở Bản Vược chạy ngay"),
    ("E", "2026-08-12T11:00:00+07:00", "S1", "vi", "Hợp long cầu Bảo Hà mới",
     "Sáng 12/8 cầu Bảo Hà mới bắc qua sông Hồng ở xã Bảo Hà, Lào Cai hợp long sau 14 tháng thi công."),
    ("E", "2026-08-12T17:00:00+07:00", "S2", "vi", "Nhịp cuối nối hai bờ Bảo Hà",
     "Đốt cuối cùng của cây cầu qua sông Hồng ở Bảo Hà đã nối liền, người dân hai bên bờ đốt pháo sáng mừng."),
    ("F", "2026-08-12T15:00:00+07:00", "S2", "vi", "Bảo Hà mở lớp dạy thêu cho phụ nữ",
     "Hội phụ nữ xã Bảo Hà, Lào Cai khai giảng lớp dạy thêu cho 30 hội viên."),
]  # fmt: skip


def items(rows):
    return [
        Item(id=str(n), title=title, text=text, lang=lang, source=source, date=datetime.fromisoformat(at))
        for n, (_, at, source, lang, title, text) in enumerate(rows)
    ]


@pytest.mark.parametrize("rows", [JULY, AUGUST], ids=["july", "august"])
def test_what_tells_of_one_happening_is_one_event_and_nothing_else(judge, rows):
    placed = [one["event"] for one in offline.group(items(rows), judge.provinces)]
    wrong = [
        (rows[a][4], rows[b][4])
        for a, b in itertools.combinations(range(len(rows)), 2)
        if (rows[a][0] == rows[b][0]) != (placed[a] == placed[b])
    ]
    assert wrong == []


@pytest.mark.parametrize("rows", [JULY, AUGUST], ids=["july", "august"])
def test_none_of_them_is_a_copy(judge, rows):
    assert [one["copy_of"] for one in offline.group(items(rows), judge.provinces)] == [None] * len(rows)
