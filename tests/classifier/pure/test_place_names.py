"""Places: what is found, what is refused, with which offsets. All sentences were written for these tests."""

import unicodedata
from datetime import UTC, datetime

import pytest

from classifier.places import locate
from classifier.places.candidates import PlaceCandidate
from classifier.places.disambiguation import EVIDENCE_RULES, NO_EVIDENCE, DoubtfulName, PlaceEvidence
from classifier.places.gazetteer import Gazetteer
from classifier.places.locate import Places
from classifier.places.name_forms import Name, Unit
from classifier.text.item import Item
from classifier.text.prepared_text import read
from db.catalogue import Exonym, Place, PlaceRule, Trap, files
from db.catalogue.kinds import Catalogue


def found(gazetteer: Gazetteer, title: str, text: str = "", **more: object) -> Places:
    return locate.find(read(Item(id="1", title=title, text=text, **more)), gazetteer)  # type: ignore[arg-type]


def written(result: Places) -> list[str]:
    return [hit.as_written for hit in result.hits]


@pytest.mark.parametrize(
    "text",
    [
        "Mưa lớn ở Lào Cai đêm qua.",
        "Mưa lớn ở Lao Cai đêm qua.",
        "Mưa lớn ở LàoCai đêm qua.",
        "Mưa lớn ở Lào-Cai đêm qua.",
        "Mưa lớn ở Lào  Cai đêm qua.",
        "Mưa lớn ở Lào\u00a0Cai đêm qua.",
        "MƯA LỚN Ở LÀO CAI ĐÊM QUA.",
        unicodedata.normalize("NFD", "Mưa lớn ở Lào Cai đêm qua."),
    ],
)
def test_a_province_is_found_however_it_is_typed(gazetteer: Gazetteer, text: str) -> None:
    result = found(gazetteer, "Thời tiết", text)
    assert [hit.id for hit in result.hits] == ["p15-new"]


def test_offsets_count_code_points_of_the_composed_body(gazetteer: Gazetteer) -> None:
    title = unicodedata.normalize("NFD", "Hoà giải ở Sa Pa")
    text = unicodedata.normalize("NFD", "Người dân xã Bảo Hà, tỉnh Lào Cai đồng thuận.")
    body = unicodedata.normalize("NFC", title) + "\n" + unicodedata.normalize("NFC", text)
    result = found(gazetteer, title, text)
    assert written(result) == ["Sa Pa", "Bảo Hà", "Lào Cai"]
    assert all(body[hit.start : hit.end] == hit.as_written for hit in result.hits)


@pytest.mark.parametrize("form", ["Khánh Hoà", "Khánh Hòa"])
def test_both_places_of_a_tone_mark_are_one_name(gazetteer: Gazetteer, form: str) -> None:
    result = found(gazetteer, "Lục Yên đón mưa", f"Nước dâng tại xã {form}, huyện Lục Yên, tỉnh Yên Bái.")
    assert form in written(result)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Ông Trần Bắc Hà nghỉ hưu", "Cựu chủ tịch ngân hàng rời ghế."),
        ("Mưa ở phía Bắc Hà Nội", "Nhiều tuyến phố ngập."),
        ("Mưa ở phía Bắc Hà Tĩnh", "Nhiều xã ngập."),
        ("Sang Lào cai nghiện", "Anh đi Lào cai thuốc từ tháng ba."),
        ("SANG LÀO CAI NGHIỆN RỒI MẤT LIÊN LẠC", "Gia đình trình báo."),
        ("Cuộc sống yên bình", "Ai cũng mong hạnh phúc, phúc lợi tăng, gần trung tâm."),
        ("Bỏ bớt văn bản", "Nhiều văn bản không còn hiệu lực."),
        ("Nguyễn Văn Yên lĩnh án", "Bị cáo 46 tuổi."),
        ("Điểm chuẩn tăng", "Thí sinh cần chú ý nguyện vọng. Bảo Thắng"),
        ("Giá vàng tăng", "Phiên thứ ba liên tiếp. Ảnh: Kim Tân"),
        ("Đi lễ chùa Phúc Khánh", "Hàng nghìn người ngồi kín phố."),
        ("Nhà máy ở KCN Yên Bình", "Dự án tại Phổ Yên, Thái Nguyên."),
        ("Va chạm trên đường Yên Bái", "Hai xe máy đổ tại quận Hải Châu, Đà Nẵng."),
        ("Khu chợ Sapa đón Tết", "Người Việt ở Praha sắm đào, quất."),
        ("Quyết định bổ nhiệm", "Độc lập - Tự do - Hạnh Phúc."),
        ("Đà Lạt ngỡ như Sa Pa", "Sương phủ kín đồi thông."),
        ("Sa Pa thu nhỏ của miền Trung", "Khí hậu mát quanh năm."),
        ("Tập đoàn Nam Cường mở bán", "Dự án ở Hà Đông."),
        ("Xã Liên Sơn có bí thư mới", "Đảng ủy xã Liên Sơn, tỉnh Phú Thọ công bố."),
        ("Phường Xuân Hòa xử phạt", "Sáu trường hợp đỗ xe trên vỉa hè."),
        ("Diễn viên Quang Minh trở lại", "Anh đóng cùng Thanh Bình."),
    ],
)
def test_what_only_looks_like_a_place_of_the_province_is_refused(
    gazetteer: Gazetteer, title: str, text: str
) -> None:
    result = found(gazetteer, title, text)
    assert result.hits == ()


@pytest.mark.parametrize(
    ("title", "text", "name"),
    [
        ("Mưa đá ở Bắc Hà", "Nhiều mái nhà thủng.", "Bắc Hà"),
        ("Chợ Bắc Hà đông khách", "Phiên chủ nhật nhộn nhịp.", "Chợ Bắc Hà"),
        ("Nông dân huyện Văn Yên vào vụ quế", "Giá quế tăng.", "Văn Yên"),
        ("Ngập ở phường Nghĩa Lộ", "Cơ quan chức năng tỉnh Lào Cai sơ tán dân.", "Nghĩa Lộ"),
        ("Khai hội ở thị xã Nghĩa Lộ", "Xòe Thái rộn ràng.", "Nghĩa Lộ"),
        ("Cháy rừng tại xã Hạnh Phúc", "Lực lượng của tỉnh Lào Cai dập lửa.", "Hạnh Phúc"),
        ("Lũ quét ở xã Phình Hồ", "Hai ngôi nhà bị cuốn.", "Phình Hồ"),
        ("Bán hàng trên hồ Thác Bà", "Du khách thích thú.", "hồ Thác Bà"),
    ],
)
def test_doubtful_names_are_taken_with_their_evidence(
    gazetteer: Gazetteer, title: str, text: str, name: str
) -> None:
    assert name in written(found(gazetteer, title, text))


def test_the_same_shared_name_needs_the_region(gazetteer: Gazetteer) -> None:
    without = found(gazetteer, "Xã Tân Tiến đón khách", "Người dân phấn khởi.")
    with_region = found(
        gazetteer, "Xã Tân Tiến đón khách", "Người dân huyện Bảo Yên, tỉnh Lào Cai phấn khởi."
    )
    assert without.hits == ()
    assert "Tân Tiến" in written(with_region)


def test_examples_after_nhu_are_no_comparison(gazetteer: Gazetteer) -> None:
    assert written(found(gazetteer, "Dược liệu", "Trồng ở các tỉnh miền núi như Lào Cai, Sơn La.")) == [
        "Lào Cai"
    ]


def test_a_commune_gone_before_the_merger_is_still_known(gazetteer: Gazetteer) -> None:
    result = found(gazetteer, "Lũ ở Bắc Hà", "Nước dâng tại xã Tà Chải, huyện Bắc Hà, tỉnh Lào Cai.")
    assert "Tà Chải" in written(result)


def test_two_rare_names_speak_for_each_other(gazetteer: Gazetteer) -> None:
    assert len(found(gazetteer, "Xe khách tuyến Nghĩa Lộ lật", "Xe mất phanh ở dốc Vân Hội.").hits) == 2


@pytest.mark.parametrize(
    ("text", "day", "unit"),
    [
        ("ở tỉnh Lào Cai", datetime(2024, 9, 9, tzinfo=UTC), "p10-old"),
        ("ở tỉnh Lào Cai", datetime(2025, 9, 9, tzinfo=UTC), "p15-new"),
        ("ở phường Lào Cai, tỉnh Lào Cai", datetime(2025, 9, 9, tzinfo=UTC), "w02647-new"),
        ("ở thành phố Lào Cai", datetime(2024, 9, 9, tzinfo=UTC), "d080-old"),
        ("ở thành phố Lào Cai", None, "d080-old"),
        ("ở xã Bắc Hà, tỉnh Lào Cai", datetime(2026, 4, 16, tzinfo=UTC), "w02839-new"),
        ("ở huyện Bắc Hà, tỉnh Lào Cai", datetime(2024, 4, 16, tzinfo=UTC), "d085-old"),
        ("ở Yên Bái", datetime(2026, 4, 16, tzinfo=UTC), "p15-old"),
    ],
)
def test_the_unit_follows_from_unit_word_and_day(
    gazetteer: Gazetteer, text: str, day: datetime | None, unit: str
) -> None:
    assert found(gazetteer, "Tin", f"Lũ dâng {text}.", date=day).hits[0].id == unit


def test_each_hit_says_its_territory(gazetteer: Gazetteer) -> None:
    result = found(
        gazetteer, "Mù Cang Chải, Bát Xát và cả tỉnh Lào Cai", "", date=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert {hit.as_written: hit.territory for hit in result.hits} == {
        "Mù Cang Chải": "yenbai",
        "Bát Xát": "old_laocai",
        "Lào Cai": "new",
    }


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Sạt lở ở Lào Cai.", "place"),
        ("Công an tỉnh Lào Cai khởi tố.", "authority"),
        ("Ùn tắc trên cao tốc Nội Bài - Lào Cai.", "route"),
        ("Đường sắt Lào Cai - Hà Nội - Hải Phòng khởi công.", "route"),
        ("Mưa ở Sơn La, Lào Cai, Hà Giang.", "list"),
        ("Nghi phạm quê Lào Cai.", "origin"),
        ("Chị H. (24 tuổi, Yên Bái) kể.", "origin"),
    ],
)
def test_a_hit_says_in_which_role_the_name_stands(gazetteer: Gazetteer, text: str, role: str) -> None:
    assert found(gazetteer, "Tin", text).hits[0].role == role


@pytest.mark.parametrize(
    "text",
    [
        "缅北果敢老街再起冲突，掸邦局势紧张。",
        "走进明清老街，感受古城夜色。",
        "骑楼老街省政府店开业。",
        "马来西亚沙巴州发生地震。",
        "西藏芒康县公路通车。",
        "小区保安受到表彰。",
        "Laukkai, capital of Kokang in northern Shan State, Myanmar, was shelled.",
        "The Lao government spoke in Vientiane, Laos.",
        "Sapa profiles were sold to Norsk Hydro, the aluminium maker.",
        "The Vietnamese market Sapa in Prague burned.",
        "Thailand: Lao Chai school reopens in Nan province.",
        "라오스 비엔티안에서 회담이 열렸다.",
        "용인 사파리 개장.",
        "무협 소설의 사파 고수.",
        "ラオス南部で洪水。",
        "メキシコ革命の英雄サパタ。",
        "Сапа Инка правил в Перу.",
        "รัฐบาลลาวเปิดเขื่อนใหม่",
        "ລັດຖະບານລາວກາຍເປັນເຈົ້າພາບ",
    ],
)
def test_foreign_collisions_are_refused(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, "", text).hits == ()


@pytest.mark.parametrize(
    "text",
    [
        "越南老街省发生山洪，三人死亡。",
        "河口与越南老街隔河相望。",
        "越南沙坝迎来大批游客。",
        "베트남 라오까이성에서 산사태가 발생했다.",
        "베트남 사파에서 케이블카를 탔다.",
        "ベトナム北部ラオカイ省のサパで土砂崩れ。",
        "Наводнение во Вьетнаме: в провинции Лаокай погибли люди.",
        "Flash flood kills five in Vietnam's Lao Cai province.",
        "Crue meurtrière à Lao Cai, au Vietnam.",
        "เที่ยวซาปา เมืองในหมอกของเวียดนาม",
        "Sat lo tai xa Phinh Ho, tinh Lao Cai, hai nguoi bi thuong.",
        "đường lên sa pa sạt lở, mọi người đi chậm thôi nhé",
    ],
)
def test_foreign_and_careless_writing_is_found(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, "", text).hits


def test_an_outlet_of_the_province_needs_no_region(gazetteer: Gazetteer) -> None:
    text = "Xã Tân Tiến vừa khánh thành nhà văn hóa."
    assert found(gazetteer, "Tin", text).hits == ()
    assert found(gazetteer, "Tin", text, url="https://baolaocai.vn/tin-1").hits


def test_every_refusal_gives_its_reason(gazetteer: Gazetteer) -> None:
    refused = found(gazetteer, "Mưa ở phía Bắc Hà Nội", "Ca sĩ Nam Cường hát ở phường Khánh Hòa.").refused
    assert refused
    assert all(one.why for one in refused)


def test_an_empty_item_and_an_endless_one_are_both_read(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, "", "").hits == ()
    assert 0 < len(found(gazetteer, "", "Lũ ở Lào Cai. " * 20_000).hits) <= 600


def test_no_name_in_the_shipped_catalogue_is_empty_or_one_letter(gazetteer: Gazetteer) -> None:
    names = [
        name
        for index in (gazetteer.marked, gazetteer.plain)
        for seconds in index.values()
        for bucket in seconds.values()
        for name in bucket
    ]
    assert min(len(name.lead + "".join(name.words)) for name in names) >= 3


def test_another_province_is_another_catalogue() -> None:
    gazetteer = Gazetteer.from_catalogue(files.shipped("tuyenquang"))
    assert written(found(gazetteer, "Lũ ở Hà Giang", "Tỉnh Tuyên Quang sơ tán dân.")) == [
        "Hà Giang",
        "Tuyên Quang",
    ]
    assert found(gazetteer, "Lũ ở Lào Cai").hits == ()


def test_a_catalogue_of_ones_own_decides_alone() -> None:
    catalogue = Catalogue(
        places=(Place(id="p", level="province", kind="Tỉnh", name="Tỉnh Núi Xanh", bare="Núi Xanh"),),
        exonyms=(
            Exonym(target="Núi Xanh", lang="zh", doubtful=("青山",), confirm=("越南",), reject=("香港",)),
        ),
        traps=(Trap(name="song", forms=("Núi Xanh",), rule="một bài hát", before=("ca khúc",)),),
        rules=(PlaceRule(name="others", kind="elsewhere", values=("Hà Nội",)),),
    )
    gazetteer = Gazetteer.from_catalogue(catalogue)
    assert written(found(gazetteer, "Mưa ở Núi Xanh")) == ["Núi Xanh"]
    assert found(gazetteer, "Ca khúc Núi Xanh").hits == ()
    assert written(found(gazetteer, "", "越南青山发生洪水。")) == ["青山"]
    assert found(gazetteer, "", "香港青山公路封闭。").hits == ()


def test_what_a_paper_is_called_is_no_place(gazetteer: Gazetteer) -> None:
    assert written(found(gazetteer, "Báo Hoàng Liên đạt giải báo chí", "Tạp chí Hoàng Liên ra số mới.")) == []
    assert written(found(gazetteer, "Lễ hội xã Hoàng Liên, thị xã Sa Pa"))[:1] == ["Hoàng Liên"]
    assert written(found(gazetteer, "Báo Lào Cai ra mắt giao diện mới")) == ["Lào Cai"]


def test_each_rule_of_evidence_decides_alone_and_says_by_what() -> None:
    """A rarer name with no evidence falls through; one circumstance at a time lets a rule of its own decide."""

    def decided(
        *, text: str = "Gần Nậm Chày", region_named: bool = False, settled: bool = False, **one: object
    ) -> str:
        name = Name(
            words=("Nậm", "Chày"),
            bare="Nậm Chày",
            units=(Unit(id="c1", name="Xã Nậm Chày", level="commune", kind="xã", territory="new"),),
            standing=one.pop("standing", "cue"),
            plain=bool(one.pop("plain", False)),
        )  # type: ignore[arg-type]
        candidate = PlaceCandidate(4, 12, name, bool(one.pop("shout", False)))
        for field, value in one.items():
            setattr(candidate, field, value)
        known = PlaceEvidence(folded=text, own=[candidate], away=[], region=True, local=False, foreign=False)
        known.settled = {"Nậm Chày"} if settled else set()
        doubt = DoubtfulName(one=candidate, known=known, region_named=region_named)
        return next((rule for rule in EVIDENCE_RULES if rule.applies(doubt)), NO_EVIDENCE).reason

    assert decided() == "no unit word, word of place or region"
    assert decided(unit="xã") == "unit word"
    assert decided(region_named=True) == "region named in the text"
    assert decided(shout=True).startswith("capitals throughout")
    assert decided(cue="locative") == "after {cue}"
    assert decided(settled=True) == "settled earlier in the text"
    assert decided(listed=True) == "in a list of places"
    assert decided(bracket=True) == "region words in the text"
    assert decided(standing="shared", settled=True).startswith("name is shared")
    assert decided(standing="shared", unit="xã", region_named=True) == "unit word and region"
    assert decided(plain=True, unit="xã") == "without marks and the region is not named"
    assert decided(plain=True, region_named=True) == "without marks, region named"
