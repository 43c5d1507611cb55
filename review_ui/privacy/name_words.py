"""Word lists for recognising names of persons in Vietnamese text: surnames, forms of address, offices, what is no person.

All entries are lower case in NFC. Source: surnames of the Kinh and of the peoples of the northern mountains as local papers
write them; offices from the forms of Decree 30/2020/NĐ-CP; lists written 2026-11-29.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache

from db.catalogue.files import SHIPPED


def fold(text: str) -> str:
    """``text`` in lower case without diacritics: "Đặng" gives "dang"."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(mark for mark in bare if not unicodedata.combining(mark))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))


# Two capitalised syllables that begin with one of these are a name unless the place or the word before says otherwise.
SURNAMES = _words(
    "nguyễn trần lê phạm huỳnh phan võ vũ đặng bùi đỗ ngô lý đinh trịnh trương phùng giàng sùng thào lò lù hạng hảng vừ "
    "tẩn chảo phàn lèng tráng thền cháng hờ lừu pờ sầm nông vương hoàng dương đào tạ lương mạc nghiêm quách tống lưu "
    "triệu lầu sình seo vù khang tòng quàng lường hù phù chẻo sần pàn lồ ma má giàng thàn ly"
)
# These are as often a place, a thing or an office: they need a middle name, a form of address, an age or a verb of speech.
AMBIGUOUS_SURNAMES = _words(
    "văn mai hà cao hồ la thái kim an lâm quan long lục đoàn mã vi vàng bàn tô chu thân đồng lộc bế hứa cầm cà mè vang cồ "
    "vạn then mùa chang cứ cư chấu lự hầu sán sí tải ngải nùng dìu từ tăng doãn đàm đậu ông âu ấu tôn viên phương phó khổng "
    "lã lại lều liễu nhâm ninh phí tiêu trang trưng ung diệp giáp hàn hạ kiều khuất khúc cù bành bạch châu chử công lô lừ lành"
)
MIDDLE_NAMES = _words(
    "văn thị a y seo láo mẩy tả ông đức hữu đình xuân thu ngọc minh thanh quốc hồng bá công duy"
)
SURE_MIDDLES = _words("văn thị a seo láo")
# Surnames that no common word resembles when it stands in lower case after a form of address.
PLAIN_SURNAMES = _words(
    "nguyễn trần phạm huỳnh đặng bùi đỗ hoàng phan trịnh trương phùng giàng sùng thào tẩn lù vừ hạng quách nghiêm lê vũ võ "
    "ngô lương lưu đinh dương"
)
FOLDED_SURNAMES = frozenset(fold(name) for name in SURNAMES - {"ly", "ma", "seo", "giàng", "lò", "lý", "la"})

# Given names of one syllable, as schools' lists hold them; the further set are also common words in lower case.
GIVEN_NAMES = _words(
    "anh an ánh ân bảo bách bằng biên bích bình bính bửu cảnh cẩm chi chiến chính chinh chung chương cúc cương cường danh dân dậu diễm diên diệp "
    "diệu dinh doanh dũng dung duy duyên dương đại đan đạo đào đăng đạt đàn điệp định đoan đô đông đồng đức gấm giang giáp hà hai hải hân "
    "hằng hạnh hảo hậu hào hiên hiền hiển hiếu hiệp hiệu hoa hoà hòa hoài hoan hoàng hoạt hội hồng huân huấn huế huệ hùng huy huyên huyền huỳnh "
    "hưng hương hường hữu hạ kha khải khang khánh khanh khiêm khoa khôi khuê khương kiên kiệt kiều kim kỳ lam lâm lan lành lập lê liên liễu linh "
    "loan lộc lợi long luân luận lưu luyến lụa lực lương ly lý lượng lý mai mạnh mận mến minh mơ my mỹ mùi nam nga ngân nghi nghĩa nghiêm ngoan ngọc "
    "nguyên nguyệt nhã nhàn nhân nhài nhật nhi nhiên nhu nhung như ninh nết oanh phát phi phong phú phúc phụng phước phương phượng quân quang "
    "quế quốc quý quyên quyền quyết quỳnh sâm sang san sinh sơn sáng sáu son sương sỹ tài tâm tân tấn tình tính thạch thái thắm thắng thanh "
    "thành thảo thật thêm thế thi thiện thiên thiết thìn thịnh thoa thọ thơ thơm thoan thông thu thư thuận thuật thục thúy thùy thuỷ thủy "
    "thụy thương thường thưởng tiến tiên tiệp tín tỉnh toàn toán toản tố tới trà trâm trân trang trí triết triều trinh trọng trung trúc "
    "trường trưởng tú tuân tuấn tuất tuệ tùng tường tươi tuyên tuyến tuyền tuyết tỵ uyên uy vân vang vinh vĩnh việt vui vũ vượng vy xuân "
    "xuyến yên yến ý páo chứ dở mỷ chú tủa lềnh sáo dê dơ sính vừ chớ phà pà pó súa xúa dế sử dí lử sếnh ké chống vảng phừ phềnh"
)
LOWER_GIVEN_NAMES = _words(
    "bảo bích bình cúc cường diễm dung duyên đạt giang hà hải hằng hạnh hậu hiếu hoa hoàng huệ huy huyền hưng hương hường khoa khôi kiên lan "
    "linh loan lộc long ly mai my nam nga ngân ngọc nguyệt nhi nhung oanh phúc phượng phương quân quỳnh sơn tâm thảo thắm thắng thoa thu thúy "
    "thùy thủy trang trinh trúc tú tuấn tùng tuyết uyên vân vy yến páo mỷ tủa dũng na bống tít tèo tí cún"
)
_FOLDED_GIVEN = _words(
    "trang tuan huyen nhung thao linh hoa huong hang lan dung cuong dat hieu huy quan ngoc nga thuy loan"
)
FOLDED_GIVEN_NAMES = _FOLDED_GIVEN
_WESTERN = _words(
    "john james david michael robert william peter paul mark thomas daniel andrew kevin brian steve george eric jason ryan jack oliver harry liam noah lucas "
    "alex alexander adam ben benjamin chris christopher sam samuel simon tom tim tony nick nicolas anna anne maria marie mary sarah emma emily sophie sofia "
    "julia laura lisa linda susan karen jessica jennifer olivia isabella mia chloe charlotte alice claire camille julie elena olga natasha irina ivan "
    "dmitri sergei igor vladimir pierre jean jacques michel francois philippe antoine luc hugo louis henri hans klaus lukas felix jonas max carlos jose "
    "juan pablo diego antonio marco luca giovanni matteo giulia francesca lars erik sven nils mohamed ahmed ali omar fatima raj amit priya kenji hiroshi takeshi "
    "yuki sakura akira haruto naoko min-jun ji-woo seo-yeon joon minho jisoo somchai malee bounmy khamla wei ming xiao jing fang lei"
)
_ASIAN_SURNAMES = _words(
    "wang li zhang liu chen yang huang zhao wu zhou xu sun zhu hu guo lin gao luo kim lee park choi jung kang tanaka sato suzuki takahashi "
    "yamamoto watanabe ito nakamura kobayashi singh kumar sharma patel"
)
FOREIGN_NAMES = _WESTERN | _ASIAN_SURNAMES
BRANDS = _words("facebook zalo tiktok youtube telegram messenger instagram fb")
# A form of address of one person: it makes a name even of what is also a place.
ONE_PERSON = re.compile(
    r"(?<![^\W_])(?:ông|bà|anh|chị|em|cháu|bé|cụ|cô|chú|bác|nạn nhân|bị can|bị cáo|nữ sinh|nam sinh|sản phụ|mẹ|bố|tên|tên là|facebook|tài khoản|cháu bé|"
    r"bé gái|bé trai|con trai|con gái|vợ|chồng) [“\"]?$"
)
PEOPLES = _words(
    "kinh mông hmông tày dao thái nùng giáy mường phù lá bố y la chí xá phó hà nhì khơ mú cao lan sán chay hoa hmong tay"
)
# Capitalised at the head of a sentence, never part of a name.
SENTENCE_STARTS = _words(
    "ông bà anh chị cụ em bé cháu chú bác theo ở qua tôi cả còn nhóm đúng trưởng đại thượng thiếu nguyên con người nhưng và hai ba bốn "
    "mấy nhiều một sau tại chùa đền đê đập cúm gốm voi gặp với cùng vợ chồng mẹ bố hôm khi nếu lại vụ từ"
)
COUNTRIES = _words("việt mỹ anh pháp nga đức nhật hàn trung lào úc ý ấn thái áo bỉ")
# Before one capitalised syllable inside a sentence: a person is meant.
PERSON_BEFORE = re.compile(
    r"(?<![^\W_])(?:của|với|và|đâm|đánh|gặp|gọi|thấy|bắt|cứu|rủ|nhờ|theo lời|lời|là|thì|nên|mà|rằng|nhưng|khi|do|bị|được|để|cùng|thuê|dẫn|cho|tố|kêu|báo|"
    r"thương|nhớ|nhắc|vì|nếu|hôm đó|sau đó|lúc này|lúc đó|trước đó|hiện|ngoài|riêng|hai mẹ con|bạn thân|em|con|nhà|nói|biết|kể|tìm|đưa)[ ,]*[“\"]?$"
)
# The word or words directly before a name that make it a person's.
_MINOR = (
    "cháu bé|bé gái|bé trai|cháu gái|cháu trai|em bé|em nhỏ|cháu|bé|em|các em|các cháu|hai em|hai cháu|học sinh|nữ sinh|nam sinh|"
    "thiếu nữ|thiếu niên|trẻ|nhi đồng|bệnh nhi|hs|bạn học|bạn|cậu bé|cô bé|con gái|con trai|con|trẻ em|sơ sinh"
)
_ADULT = (
    "ông|bà|anh|chị|cụ|cô|chú|bác|dì|cậu|mợ|thím|thầy|cô giáo|thầy giáo|giáo viên|mẹ|bố|cha|má|vợ|chồng|nạn nhân|tài xế|lái xe|"
    "phụ xe|bị can|bị cáo|nghi phạm|nghi can|hung thủ|thủ phạm|đối tượng|sinh viên|bệnh nhân|thanh niên|nam thanh niên|công nhân|"
    "nông dân|phụ nữ|sản phụ|thai phụ|cô gái|chàng trai|du khách|khách|hành khách|phượt thủ|nhân viên|nhân chứng|người dân|chủ nhà|"
    "chủ hộ|chủ quán|chủ xe|chủ cơ sở|chủ shop|chủ tài khoản|tài khoản|facebook|hộ|nhà|gia đình|con dâu|con rể|em trai|em gái|anh trai|"
    "chị gái|em dâu|chị dâu|anh rể|mẹ con|bố con|cha con|ông cháu|bà cháu|vợ chồng|anh em|chị em|bị hại|đương sự|nguyên đơn|"
    "bị đơn|tên|biệt danh|tên là|bạn trai|bạn gái|người yêu|hàng xóm|bệnh binh|thương binh|mẹ kế|bố dượng|bà nội|ông nội|bà ngoại|"
    "ông ngoại|mr|mrs|ms|miss|y|hắn|thợ xây|thợ|bảo vệ|tiểu thương|shipper|người mẹ|người cha|người bố|người vợ|người chồng|"
    "người đàn ông|người phụ nữ|đàn ông|chủ vườn|chủ trại|chủ đất|ngư dân|dân quân|người đi rừng|người bán|nữ công nhân|"
    "phóng viên|thạc sĩ|bác sĩ|điều dưỡng|y sĩ|luật sư|kỹ sư|lao động|cựu binh|cựu chiến binh|già làng|ca viên|đương đơn|theo lời|"
    "lời kể của|(?:mẹ|bố|cha|vợ|chồng|con|anh|chị|em|bà|ông|cháu|người thân|gia đình|bạn|nhà|hàng xóm|cô|chú|bác)(?: (?:ruột|đẻ|nội|ngoại|họ|trai|gái|cũ|thân))? của|"
    "vợ anh|nhà anh|nhà chị|sáng nay|nghệ nhân|chủ tiệm|chủ shop|chủ đầu tư|giúp việc|xe ôm|người tên|bạn tên|bác tài|tài xế xe [^\\W_]+|phụ huynh|cử tri|"
    "nhóm trưởng|tổ trưởng sản xuất|trò|học trò|sư|lính|chiến sĩ|dân|bí danh|hiện trường"
)
ADDRESS = re.compile(
    rf"(?<![^\W_])(?:{_ADULT}|{_MINOR})(?: (?:ruột|đẻ|tôi))?(?: (?:là|tên|tên là|mang tên|gồm))?[ ]+[“\"(]?$"
)
MINOR_BEFORE = re.compile(rf"(?<![^\W_])(?:{_MINOR})[ :]*$")
# Directly before a name: a word that makes it a place, a road, an institution.
NO_PERSON_BEFORE = re.compile(
    r"(?<![^\W_])(?:xã|phường|thị trấn|thị xã|huyện|quận|tỉnh|thành phố|tp|tp\.|tx\.|tt\.|thôn|bản|xóm|ấp|làng|tổ|khu|khu phố|đường|phố|ngõ|"
    r"ngách|hẻm|đại lộ|quốc lộ|cầu|suối|sông|hồ|núi|đồi|đèo|đỉnh|dốc|thác|hang|động|đập|đảo|cảng|ga|bến|chợ|rừng|"
    r"trường|th|thcs|thpt|ptdtbt|ptdtnt|tiểu học|trung học|mầm non|mẫu giáo|đại học|cao đẳng|học viện|bệnh viện|phòng khám|công ty|tnhh|"
    r"cổ phần|cp|doanh nghiệp|dntn|htx|hợp tác xã|tập đoàn|khách sạn|nhà hàng|homestay|nhà nghỉ|quán|tiệm|siêu thị|taxi|xe khách|"
    r"nhà xe|công viên|quảng trường|tượng đài|nhà máy|thủy điện|mỏ|báo|đài|tạp chí|cúp|giải|giải thưởng|quỹ|chùa|đền|đình|miếu|nhà thờ|"
    r"lăng|di tích|sân vận động|sân bay|cửa khẩu|lễ hội|vườn quốc gia|khu du lịch|thung lũng|cánh đồng|dãy|"
    r"dân tộc|thương hiệu|dự án|kcn|ccn|tuyến|cao tốc|nút giao|ngã ba|ngã tư|bảo tàng|nghĩa trang|tập san|chương trình|clb|ban nhạc|"
    r"kè|đê|kênh|mương|cống|phà|vịnh|rạch|cồn|hầm|trạm bơm|trạm y tế|trạm biến áp|tòa nhà|toà nhà|nhà ga|"
    r"nhà xuất bản|nxb|chi nhánh|ngân hàng|phòng|hội|đồn|trạm|phong trào|cuộc thi)[ .]*[“\"]?$"
)
NEVER_NAMES = _phrases(
    "bà nà|bà rịa|bà đen|cô tô|chú phìn|anh sơn|ông đốc|hồ chí minh|chí minh|hoàng sa|trường sa|hoàng liên sơn|hoàng liên|hoàng su phì|lý sơn|phan thiết|phan rang|vũ hán|lê chân|triệu phong|"
    "triệu sơn|trần đề|đặng xá|dương minh châu|đào trù|lương sơn|ngô quyền|phan si păng|phan xi păng|đinh lập|lò cò|đào viên|"
    "vũng tàu|tô lịch|văn miếu|văn phòng|quan lạn|hà khẩu|thái lan|ma cao|la mã|an giang|kim thành|mai linh|hà nội|cao bằng|"
    "đồng văn|đồng nai|đồng tháp|lâm đồng|hà giang|hà tĩnh|hà nam|thái nguyên|thái bình|ninh bình|ninh thuận|long an|vĩnh long|"
    "châu đốc|châu á|châu âu|châu phi|kim anh việt|hàn quốc|đoàn thanh niên|đoàn kết|công an|công đoàn|công ty|công thương|quan chức|"
    "đồng bào|phương tây|viên chăn|ly băng|ma rốc|ma lai|vi rút|tăng gia|trang trại|biên hòa|yên minh|cao lãnh|thuận an|xuân hòa|phúc yên|đoan hùng|hạ hòa|tam đường|than uyên|mộc châu|việt trì|tân cương|mẫu sơn|thanh thủy|đô lương|bạch long vĩ|phú quốc|mỹ đình|hải vân|tây bắc|đông bắc|đông nam á|bát tràng|tân lĩnh|phú xuyên|mường luân|tà xùa|đà lạt|nha trang|vũng tàu|phong thổ|sìn hồ|tam đảo|ba vì|mỹ đức|chương mỹ|thanh oai|thạch thất|quốc oai|phúc thọ|gia lâm|đông anh|sóc sơn|long biên|hoàn kiếm|cầu giấy|thanh xuân|hà đông|yên lạc|vĩnh tường|lập thạch|sông lô|tam nông|thanh ba|thanh sơn|yên lập|tân sơn|hàm yên|chiêm hóa|na hang|yên sơn|sơn dương|bắc quang|quang bình|vị xuyên|quản bạ|mèo vạc|đồng văn|bắc mê|xín mần|tân uyên|mường la|phù yên|bắc yên|quỳnh nhai|thuận châu|mai sơn|yên châu|vân hồ|cẩm phả|hạ long|uông bí|móng cái|tân bình|bình thạnh|thủ đức|bình tân|long thành|nhơn trạch|tân thành|phú mỹ|tân an|mỹ tho|rạch giá|hà tiên|long xuyên|châu thành|quy nhơn|tuy hòa|phan thiết|hội an|tam kỳ|đồng hới|đông hà|vinh|hưng nguyên|nam đàn|thanh chương|quỳnh lưu|diễn châu|yên thành|sầm sơn|bỉm sơn|nghi sơn|hoằng hóa|quảng xương|thọ xuân|dương lịch|hoàng gia|hoàng cung|đông anh|"
    "lê dương|lý tưởng|trần nhà|vương quốc|vương quốc anh|nông nghiệp|nông thôn mới|nông thôn|nông lâm|lâm nghiệp|lương thực|"
    "đảng ủy|đào tạo|đặc biệt|đặc khu|lý thường kiệt|trần hưng đạo|phù yên|phù cát|phù mỹ|phù ninh|lương tài|ma lù thàng|"
    "đinh hợi|bùi viện|lèng sui sìn|tả van|bàn lầu|lò lử|sần chải|thàn chư"
)
# A capitalised word that begins no person's name but an office, a body, a day.
ORG_STARTS = _words(
    "công ủy ban sở đội phòng trạm bộ cục chi hội đoàn đảng trường bệnh viện tòa trung tổ hạt đồn lực chủ phó bí giám thủ quốc "
    "nhà ubnd hđnd mttq tết trời phật chúa internet covid tỉnh huyện thành đất mặt bảo hợp liên tập ngân hàng viện văn khoa luật nghị thông "
    "chỉ kế chương đề dự đại thường cơ các khi tại theo sau trước trong ngoài vụ do để vì nếu tuy nhưng còn đây đó hiện hôm ngày "
    "sáng trưa chiều tối đêm tháng năm thứ lúc từ đến khu google zalo facebook tiktok"
)
_OFFICE_TERMS = (
    r"tổng bí thư|bí thư|chủ tịch|thủ tướng|bộ trưởng|thứ trưởng|tổng thống|ngoại trưởng|quốc vương|nhà vua|nữ hoàng|thị trưởng|thống đốc|"
    r"tỉnh trưởng|quốc trưởng|thủ hiến|đại sứ|tổng lãnh sự|lãnh sự|tham tán|tổng giám đốc|giám đốc|gđ|cục phó|phó cục|vụ phó|phó ban|phó phòng|"
    r"phó đoàn|phó trạm|phó đội|phó viện|phó chánh|(?<!lớp )(?<!chi đội )(?<!đội )trưởng(?! (?:thành|nam|nữ|tộc|họ|nhóm|lão|giả))|đội trưởng|chánh(?! án phí)|viện trưởng|hiệu phó|đội phó|đồn phó|chỉ huy|"
    r"chính ủy|chính trị viên|tư lệnh|đại biểu|ủy viên|uỷ viên|người phát ngôn|phát ngôn viên|đại diện(?= (?:sở|ubnd|công an|chính quyền|lãnh đạo|ban|bộ|cục|chi cục|phòng|trung tâm|đồn|hạt|viện|tòa|xã|phường|cơ quan|đơn vị|ủy ban))|lãnh đạo|thẩm phán|kiểm sát viên|"
    r"điều tra viên|cán bộ(?! (?:hưu|nghỉ|về hưu|lão thành))|công chức|kiểm lâm viên|tổng thư ký|giáo hoàng|giáo chủ|nhà lãnh đạo|thủ lĩnh|chủ nhiệm|quyền chủ|"
    r"người đứng đầu|phụ trách|chuyên viên|thanh tra|trợ lý tổng|cố vấn|quan chức|nghị sĩ|công tố viên|tùy viên|thái tử|hoàng đế|hoàng tử|vua|nhà ngoại giao|"
    r"nghệ nhân nhân dân|nghệ nhân ưu tú|nsnd|nsưt|nghệ sĩ|ca sĩ|diễn viên|huấn luyện viên|hlv|cầu thủ|hoa hậu|á hậu|nhà văn|nhà thơ|nhạc sĩ|đạo diễn|"
    r"người đồng cấp|đồng chí|đ/c|phó bí|phó chủ|phó giám|phó trưởng|đại biểu quốc hội|đbqh|tổng tham mưu|thường trực|"
    r"(?:đại|trung|thiếu|thượng|chuẩn) (?:tướng|tá|úy|uý)|đại tướng|president|prime minister|minister|chairman|director|secretary|governor|mayor"
)
OFFICE = re.compile(rf"(?<![^\W_])(?:{_OFFICE_TERMS})(?![^\W_])")
FORMER = re.compile(r"(?<![^\W_])(?:nguyên|cựu|từng là|nguyên là|từng giữ chức) (?:phó |quyền )?$")
KIN = re.compile(
    r"(?<![^\W_])(?:vợ|chồng|con|con trai|con gái|em|em trai|em gái|anh trai|chị gái|cháu|mẹ|bố|cha|người nhà|người thân|gia đình|họ hàng|"
    r"con dâu|con rể|em vợ|em họ|hàng xóm|lái xe|tài xế)(?: của)?(?: (?:ông|bà|anh|chị))?(?: (?:phó|quyền|nguyên))? $"
)
# Between an office and a name: a word that says the name is somebody else's.
_ELSEWHERE = (
    "thăm|tặng|trao|viếng|gặp|cho|với|yêu cầu|nói|khẳng định|biểu dương|khen|cùng|đến|gia đình|nạn nhân|hỗ trợ|đã|đang|bị|khi|vụ|hộ|cháu|em|vợ|"
    "chồng|con|mẹ|bố|bé|học sinh|nữ sinh|nam sinh|chia buồn|động viên|cảm ơn|xin lỗi|bắt|mời|triệu tập|làm việc|tố|bênh|giúp|đưa|"
    "chúc|được|sẽ|vừa|không|gồm|cứu|xử|điều tra|khởi tố|tạm giữ|tiếp|đề nghị|mắng|đánh|gọi|hỏi|tên|đối tượng|bị can|bị cáo|"
    "tài xế|người dân|bà con|chủ hộ|phạt|xác minh|xác nhận|cho biết|nhận"
)
BODIES = re.compile(
    r"cảnh sát điều tra|thông tin và truyền thông|hỗ trợ|tiếp công dân|tiếp dân|phòng hộ|bảo vệ [^,]*trẻ em|trẻ em|xử lý|khuyết tật|con người|điều tra hình sự|"
    r"giao thông|học sinh,? sinh viên|công dân|đang nuôi|vụ [^\W_]+ (?=bộ)|thi hành án|bị động|tiếp nhận|trả lời|người có công|phòng, chống|nhận thức"
)
ELSEWHERE = re.compile(rf"(?<![^\W_])(?:{_ELSEWHERE})(?![^\W_])")
ACCUSED = re.compile(r"bắt tạm|khởi tố|truy tố|bị bắt|tạm giam|lừa đảo|bị can|bị cáo")
COMPANY = re.compile(r"công ty|doanh nghiệp|tnhh|htx|hợp tác xã|tập đoàn")
SPOKEN_AFTER = re.compile(
    r" (?:cho biết|cho hay|kể|khai|chia sẻ|nói|bị|tử vong|qua đời|mất tích|thiệt mạng|bức xúc|phản ánh|tâm sự|nhớ lại|đã|được|than|"
    r"lo lắng|buồn bã|nghẹn ngào|không|chưa|vừa|đang|ở|trú|và|cùng|đi|nhập viện|quê|sinh|sn|mới|còn|vẫn|thì|lấy|nhận|gửi|viết|hỏi|về|sang|mua|bán|trộm|làm|có|là|rơi|ngã|chết|mất|lái|tự|thừa nhận|thú nhận|"
    r"said|says|told|was|has|had|died|fell|is|lost|were|went|a déclaré|a été|est|who|of)\b"
)
AGE_AFTER = re.compile(
    r"\s*(?:\(|, |– |- )?\s*(?:sn|sinh|mới|gần|hơn|khoảng)?\s*(?:năm )?(\d{1,4})\s*(tuổi|t\b|\)|,|;|\.|–|-|$)?"
)
# Words that end a name written in capitals or in lower case, where letters do not show its end.
COMMON_WORDS = _words(
    "bị tử ở tại và là có không đã đang sau khi trong vụ chết mất tích khai nhận lên xuống được của cho bắt tạm giữ hiếp đâm cướp tố kêu "
    "nói kể qua đời thoát đuối nước do vì trú quê sinh năm tuổi cùng với cũng thì mà nhà ra vào về đi đến từ bằng rất này kia đó ấy nhé ạ à ơi "
    "hôm ngày sáng chiều tối đêm trưa lúc người con em anh chị ông bà cháu mẹ bố học lớp làm xin nhờ tìm giúp cứu thương nhập viện xã bản thôn "
    "phường tỉnh huyện vợ chồng bạn ngã rơi trượt chạy lái điều khiển dẫn gây gặp nạn tai chưa vừa mới còn hiện nghi đánh đập bỏ trốn lừa "
    "chiếm đoạt tiền bán mua vay nợ cần giờ theo thấy biết bảo hỏi đòi nhắn gửi gọi kêu viết đăng lấy trộm cắp say rượu uống ăn ngủ "
    "đứng ngồi nằm mang cầm dùng bức xúc phản ánh chia sẻ tâm sự lo lắng mong muốn tham gia hoàn cảnh khó khăn mồ côi đạt giải thi"
)

_PROVINCES = (
    "an giang|bắc giang|bắc kạn|bạc liêu|bắc ninh|bến tre|bình định|bình dương|bình phước|bình thuận|cà mau|cần thơ|cao bằng|đà nẵng|đắk lắk|"
    "đắk nông|điện biên|đồng nai|đồng tháp|gia lai|hà giang|hà nam|hà nội|hà tĩnh|hải dương|hải phòng|hậu giang|hòa bình|hưng yên|khánh hòa|"
    "kiên giang|kon tum|lai châu|lâm đồng|lạng sơn|lào cai|long an|nam định|nghệ an|ninh bình|ninh thuận|phú thọ|phú yên|quảng bình|"
    "quảng nam|quảng ngãi|quảng ninh|quảng trị|sóc trăng|sơn la|tây ninh|thái bình|thái nguyên|thanh hóa|thừa thiên huế|tiền giang|trà vinh|"
    "tuyên quang|vĩnh long|vĩnh phúc|yên bái|vân nam|quảng tây|quảng đông|thành đô|bắc kinh|thượng hải|hà khẩu|văn sơn|hồng hà"
)


@cache
def place_names() -> frozenset[str]:
    """Names of places in the shipped catalogues and of the provinces, in lower case; two syllables and more."""
    found = set(_PROVINCES.split("|")) | set(NEVER_NAMES)
    for file, columns in (("places.csv", ("bare", "aliases")), ("landmarks.csv", ("name", "aliases"))):
        for path in sorted(SHIPPED.glob(f"*/{file}")):
            with path.open(encoding="utf-8", newline="") as rows:
                for row in csv.DictReader(rows):
                    for column in columns:
                        found.update(part.strip().lower() for part in (row[column] or "").split("|"))
    found |= {fold(name) for name in found}
    return frozenset(name for name in found if " " in name)
