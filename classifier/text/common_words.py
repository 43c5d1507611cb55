"""Words that stand in much of the press, by language, commonest first; written by us from our own sense of it.

What is wanted of them is rarity alone: two items that share "de la" or 越南 share nothing. Scripts without spaces give
one entry per character, as the features do.
"""

from __future__ import annotations

_VI = """
và của các có là được trong cho với người một không những ở tại đã này đến từ sau để ngày khi năm về nhiều vào ra bị
trên nam việt theo đang hai cũng làm nhà công nước ông việc phải lại hơn đầu như tỉnh bộ sẽ thành tháng đi thể do giờ
phố nhân hội chính trường xã viên bà vụ tin mới trước ba số qua đó thì mà lên còn tế con cơ an đường dân đồng cùng
quốc gia thế cao lớn sự động học thông tài sinh tử trị vì nay quan hàng tổng sáng chiều tối đêm rạng xe chết vong bắt
khởi tố điều tra giao thương thủ tướng chủ tịch phó bí thư ủy ban hà nội tp hcm chí minh phường huyện thôn bản bệnh viện
y bác sĩ khoảng gần hàng trăm nghìn triệu tỉ tỷ usd mét km giữa bên cạnh dưới ngoài nữ trẻ em cháu anh chị đồng chí lãnh
đạo cán bộ cơ sở khu vực địa phương người dân phụ huynh thầy cô giáo lớp án tòa phạt tù tội đối tượng nghi phạm lực lượng
chức năng cứu hộ tìm thấy hiện nguyên nhân hậu quả thiệt hại mưa lũ bão sạt lở ngập nóng lạnh trời dự báo kinh doanh dự
đề xuất kế hoạch dự tiếp tục thực phát triển xây dựng đầu tư thị giá tăng giảm mức đạt nhất thứ lần vòng trận đấu đội
bóng cầu thủ hlv mỹ trung nga ukraine nói biết cách vẫn đều rất chỉ nên nếu mình họ tôi chúng ta ai gì sao nào tất cả mọi
tổ chức chương trình dự án hỗ trợ khách du lịch hộ gia đình tiền đất rừng núi sông suối hồ đập cầu trường tiểu trung học
kiểm tra xử lý vi phạm phản ánh kiến nghị báo cáo quyết định nghị quyết quy hoạch ngành sở phòng trung tâm công ty doanh
nghiệp sản xuất hàng hóa nông lâm sản phẩm chợ cửa khẩu biên giới bốn năm sáu bảy tám chín mười tuần quý nửa vừa ngay
liên tiếp thêm toàn đảm bảo yêu cầu chỉ đạo thăm họp báo lễ khai mạc ngôi mạng lan truyền bức xúc nạn tích thương thiệt
phần loại nhóm đoàn ban vùng miền bắc tây đông hòa bình sống lao đời cuộc sức khỏe văn nghệ thuật thi đua giải thưởng
thông tin cảnh sát cáo hình ảnh video clip phút lúc ấy kia đây nhưng hoặc tuy bởi rồi từng luôn càng quá lắm khá
"""
_EN = """
the of to in and a for on is at with from after by as that it an be was are will has have were says said over not his he
their they its which this who been had more than also but or two three four five people year years new one first about
into out up government officials province district commune village city local police minister president police killed dead
missing injured between during before under through while when where police vietnam vietnamese viet nam million per cent
"""
_FR = """
de la le les des et à en du un une dans pour par sur au aux est que qui ne pas ce se son sa ses plus avec il elle ils ont
été sont après leur leurs nous vous on mais ou où comme entre depuis deux trois quatre ans an jour jours selon sans tout
tous cette ces même aussi fait faire était avait être y d l s qu n c j vers hier lundi mardi mercredi jeudi vendredi
samedi dimanche vietnam viêt nam province district ville village habitants pays nord sud morts
"""
_ZH = """
的 一 是 在 不 了 有 人 这 中 大 为 上 个 国 和 地 到 以 说 时 要 就 出 会 可 也 你 对 生 能 而 子 那 得 于 着 下 自 之 年 过 发 后 作
里 用 道 行 所 然 家 种 事 成 方 多 经 么 去 法 学 如 都 同 现 当 没 动 面 起 看 定 天 分 还 进 好 小 部 其 些 主 样 理 心 她 本 前
开 但 因 只 从 想 实 日 月 号 元 万 亿 名 第 二 三 四 五 六 七 八 九 十 百 千 两 每 已 将 被 与 及 等 向 据 称 表 示 报 记 者 当 局
越 南 省 市 县 乡 村 区 州 社 口 岸 边 境 红 河 水 山 路 车 通 关 公 安 民 府 政 党 新 华 电 今 昨 晚 早 午 时 间 小 约 近 余 内 外 间
老 街 沙 坝 北 东 西 中 国 云 南 游 客 旅 业 产 品 交 消 息 网 传 无 未 重 高 长 全 加 点 线 场 位 站 经 济 市 场
"""
_JA = """
の に は を た が で て と し れ さ ある いる も する から な こ と い や れ る な ど よ り ま す へ か ら っ り く け う そ あ え お き せ
日 年 月 人 時 分 氏 ベ ト ナ ム ン ス ル ー ラ イ リ ア ッ ク シ ド
"""
_KO = """
이 그 및 등 수 것 를 을 의 에 는 은 가 도 로 으로 에서 했다 한다 있다 밝혔다 따르면 대한 위해 통해 지난 오전 오후 베트남 명 일 월 년
"""
BY_LANGUAGE = {
    name: tuple(dict.fromkeys(words.split()))
    for name, words in (("vi", _VI), ("en", _EN), ("fr", _FR), ("zh", _ZH), ("ja", _JA), ("ko", _KO))
}
