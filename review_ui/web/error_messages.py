"""What the rules of the database and the programs say in English, said to staff in their own language.

The database raises short English sentences (they also reach logs and the command line); each has a line here, and a
test reads the migrations to prove it.
"""

from __future__ import annotations

import re

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from db.core.errors import KiemtinError
from review_ui.web import catalogue_messages

SENTENCES: tuple[tuple[str, LazyString], ...] = (
    (
        r"the sign-in provider does not answer",
        _("Hệ thống đăng nhập của cơ quan không trả lời. Hãy thử lại sau hoặc đăng nhập bằng mật khẩu."),
    ),
    (
        r"the sign-in provider (is not set up rightly; see kiemtin doctor|calls itself by another address than KIEMTIN_OIDC_ISSUER)",
        _("Đăng nhập bằng tài khoản cơ quan chưa cài đặt đúng. Hãy báo quản trị và đăng nhập bằng mật khẩu."),
    ),
    (r"no sign-in provider is set up", _("Ở đây chưa cài đặt đăng nhập bằng tài khoản cơ quan.")),
    (
        r"the provider's answer is not valid",
        _("Trả lời của hệ thống đăng nhập không hợp lệ nên bị từ chối. Hãy đăng nhập lại từ đầu."),
    ),
    (
        r"this account is bound to another person of the provider",
        _("Tài khoản này đã gắn với một người khác ở hệ thống đăng nhập của cơ quan. Hãy báo quản trị."),
    ),
    (r"another account has this mail address", _("Một tài khoản khác đã dùng địa chỉ thư này.")),
    (r"this is no mail address", _("Địa chỉ thư không đúng.")),
    (r"the account is unknown or disabled", _("Tài khoản không còn dùng được.")),
    (
        r"case \d+ changed meanwhile \(version \d+, seen \d+\)",
        _("Người khác vừa xử lý hồ sơ này trong lúc bạn đang xem. Những thay đổi nằm ở dưới."),
    ),
    (
        r"only one's own last step can be undone, within ten seconds",
        _(
            "Chỉ hoàn tác được bước cuối của chính mình, trong mười giây. Hãy dùng bước tiếp theo có trên trang."
        ),
    ),
    (
        r'a case in state "\w+" has no step "\w+"',
        _(
            "Hồ sơ đã chuyển sang trạng thái khác nên không còn bước này. Có thể bạn vừa bấm hai lần, hoặc người khác vừa xử lý."
        ),
    ),
    (r'the step "\w+" is not for the role "\w+"', _("Vai trò của bạn không được làm bước này.")),
    (r'the step "\w+" needs a reason', _("Bước này cần ghi lý do.")),
    (
        r"a public label needs evidence: none stands for claim \d+",
        _("Nhãn công khai cần bằng chứng, mà nhận định này chưa có bằng chứng nào."),
    ),
    (
        r"at least two pieces of evidence are needed, \d+ stand",
        _("Cần ít nhất hai bằng chứng (không tính bản lưu của tin bị nghi)."),
    ),
    (
        r"at least one primary or first-hand piece must be independent of the office concerned",
        _(
            "Cần ít nhất một tài liệu gốc hoặc nguồn trực tiếp độc lập với cơ quan bị nêu. Lời của chính cơ quan đó không thay được."
        ),
    ),
    (
        r"the disputed item must be archived: no kept copy stands among the evidence",
        _("Cần có bản lưu của tin bị nghi trong số bằng chứng."),
    ),
    (
        r"a logged attempt to reach the source is needed, or a stated emergency",
        _("Cần ghi lại ít nhất một lần liên hệ với nguồn tin, hoặc nêu lý do khẩn cấp."),
    ),
    (
        r"an emergency is stated for disasters and public safety only",
        _("Lý do khẩn cấp chỉ dùng cho thiên tai và an toàn công cộng."),
    ),
    (
        r"verdicts are proposed by verifiers and approvers",
        _("Chỉ người thẩm định hoặc người duyệt được đề xuất kết luận."),
    ),
    (r"verdict \d+ does not exist", _("Không có kết luận này.")),
    (r"verdicts are approved by approvers alone", _("Chỉ người duyệt được duyệt kết luận.")),
    (r"returning a verdict needs a reason", _("Trả lại cần ghi lý do.")),
    (r"a newer proposal stands for this claim", _("Đã có đề xuất mới hơn cho nhận định này. Hãy xem lại.")),
    (
        r"a second person must approve: you proposed this verdict",
        _("Cần người thứ hai duyệt: chính bạn đã đề xuất kết luận này."),
    ),
    (
        r"a second person must approve: you last edited the evidence",
        _("Cần người thứ hai duyệt: bạn là người cuối cùng sửa bằng chứng."),
    ),
    (
        r"a third person must approve: you asked for one",
        _("Bạn đã đề nghị người thứ ba nên không tự duyệt được."),
    ),
    (
        r"the proposal or its evidence changed since it was shown",
        _("Đề xuất hoặc bằng chứng đã thay đổi so với lúc bạn xem. Hãy đọc lại bản mới rồi quyết định."),
    ),
    (
        r"quote the sentence to verify, or say that there is no checkable claim",
        _("Hãy trích câu cần xác minh, hoặc đánh dấu là không có điều kiểm chứng được."),
    ),
    (r"no verdict is proposed in this case", _("Hồ sơ này chưa có kết luận nào được đề xuất.")),
    (
        r"every proposed verdict of the case must be approved first",
        _("Phải duyệt hết các kết luận đã đề xuất trong hồ sơ trước."),
    ),
    (
        r"a case of accurate criticism is answered, never published as a label",
        _("Phản ánh của báo chí được trả lời, không bao giờ bị gắn nhãn công khai."),
    ),
    (
        r"nothing in this case carries an approved public label",
        _("Trong hồ sơ này chưa có kết luận công khai nào được duyệt."),
    ),
    (
        r"evidence is kept by verifiers and approvers",
        _("Chỉ người thẩm định hoặc người duyệt được thêm, rút bằng chứng."),
    ),
    (
        r"content is decided by monitors, verifiers and approvers",
        _("Vai trò của bạn chỉ xem, không xử lý nội dung."),
    ),
    (
        r"\w+ of \w+ is refused: its rows are never changed or removed",
        _("Dữ liệu này được giữ nguyên vẹn, không ai sửa hay xóa được."),
    ),
    (
        r"digests are (made|edited|handled) by verifiers and approvers",
        _("Chỉ người thẩm định hoặc người duyệt được lập, sửa và xử lý điểm báo."),
    ),
    (r"digests are approved by approvers alone", _("Chỉ người duyệt được duyệt điểm báo.")),
    (
        r"only an issued digest is corrected by a new issue",
        _("Chỉ bản đã phát hành mới có bản đính chính."),
    ),
    (r"a correction of this digest exists already", _("Bản này đã có bản đính chính. Hãy mở bản đó.")),
    (
        r"a digest that is \w+ is not (edited|approved|discarded)",
        _("Bản điểm báo đã chuyển sang trạng thái khác nên không làm được bước này. Hãy tải lại trang."),
    ),
    (
        r"the digest changed meanwhile \(version \d+, seen \d+\)",
        _("Người khác vừa sửa bản điểm báo này. Hãy mở lại bản mới rồi làm tiếp; chữ bạn đã gõ còn ở dưới."),
    ),
    (
        r"a second person must approve: you made or edited this digest",
        _("Cần người thứ hai duyệt: bạn đã lập hoặc sửa bản điểm báo này."),
    ),
    (r"only an approved digest is returned", _("Chỉ bản đã duyệt mới trả lại được.")),
    (r"returning a digest needs a reason", _("Trả lại cần ghi lý do.")),
    (r"only an approved digest is issued", _("Bản này chưa được duyệt nên chưa phát hành được.")),
    (
        r"the files of a digest are stored when it is issued and never after",
        _("Tệp của điểm báo chỉ được lưu lúc phát hành, không thay về sau."),
    ),
    (r"a digest is issued with its four files", _("Phát hành phải có đủ bốn tệp. Hãy thử lại.")),
    (r"(?P<name>.+) is working on this case", _("%(name)s đang giữ hồ sơ này.")),
    (
        r"the case is no longer in your hands",
        _("Hồ sơ không còn trong tay bạn. Hãy nhận lại nếu muốn làm tiếp."),
    ),
    (
        r"you have (?P<n>\d+) cases open already; finish or release one first",
        _("Bạn đang giữ %(n)s hồ sơ. Hãy xong hoặc trả lại một hồ sơ trước."),
    ),
    (r"this event has a case already", _("Sự việc này đã có hồ sơ.")),
    (r"this piece of evidence was withdrawn already", _("Bằng chứng này đã được rút.")),
    (
        r"an account named (?P<name>.+) exists already; choose another name",
        _("Đã có tài khoản tên %(name)s. Hãy chọn tên khác."),
    ),
    (
        r"name must be 2 to 40 small letters.*",
        _("Tên đăng nhập gồm 2 đến 40 chữ thường không dấu, số, dấu chấm hay gạch, bắt đầu bằng chữ."),
    ),
    (
        r"cases are assigned to monitors, verifiers and approvers in service",
        _("Chỉ giao việc cho người theo dõi, thẩm định hoặc duyệt đang làm việc."),
    ),
    (
        r"contacts are for verifiers and approvers",
        _("Chỉ người thẩm định hoặc người duyệt được xem liên hệ của người báo tin."),
    ),
    (
        r"say why the contact is needed",
        _("Hãy ghi lý do cần xem liên hệ."),
    ),
    (
        r"this report has no contact, or it was purged",
        _("Tin báo này không có liên hệ, hoặc liên hệ đã được xóa theo thời hạn."),
    ),
    (
        r"answers are approved by approvers alone",
        _("Chỉ người duyệt được duyệt văn bản phản hồi."),
    ),
    (
        r"a second person must approve: you wrote this text",
        _("Cần người thứ hai duyệt: chính bạn đã viết văn bản này."),
    ),
    (
        r"the text changed since it was shown",
        _("Văn bản đã thay đổi so với lúc bạn xem. Hãy đọc lại bản mới rồi duyệt."),
    ),
    (
        r"the bulletin is published by approvers alone",
        _("Chỉ người duyệt được công bố trên bản tin."),
    ),
    (
        r"the claim belongs to no case",
        _("Nhận định này không thuộc hồ sơ nào nên không công bố được."),
    ),
    (
        r"only the verdict in force can be published, and none is approved",
        _("Chưa có kết luận nào được duyệt cho nhận định này, nên chưa công bố được."),
    ),
    (
        r"the verdict [\x22]\w+[\x22] carries no public label",
        _("Kết luận này không có nhãn công khai nên không đưa lên bản tin."),
    ),
    (
        r"the text is not the one that was approved",
        _(
            "Nội dung không đúng bản đã duyệt, hoặc chứng cứ đã thay đổi sau khi duyệt. Cần đề xuất và duyệt lại."
        ),
    ),
    (
        r"the case is in state [\x22]\w+[\x22]: it must reach [\x22]publish[\x22] first",
        _("Hồ sơ chưa ở bước “Chờ công bố” nên chưa công bố được."),
    ),
    (
        r"a correction replaces a publication of the same claim",
        _("Bản cải chính phải thay bản đã công bố của chính nhận định đó."),
    ),
    (
        r"a correction or withdrawal names what it replaces and says publicly what changed and why",
        _("Cải chính hoặc rút lại phải có bản đã công bố và nói rõ cho người đọc điều gì thay đổi, vì sao."),
    ),
    (
        r"this claim is published already: a change is a correction",
        _("Nhận định này đã được công bố. Muốn thay đổi, hãy đăng bản cải chính."),
    ),
    (
        r"this publication was withdrawn already, at (?P<at>.+)",
        _("Kết luận này đã được rút lại lúc %(at)s."),
    ),
    (
        r"a correction publishes a newer verdict, and none is approved since",
        _(
            "Chưa có kết luận nào mới hơn bản đang công bố. Hãy đề xuất và duyệt kết luận mới trước khi đăng bản cải chính."
        ),
    ),
    (
        r"only the newest publication of a claim is corrected or withdrawn",
        _("Chỉ cải chính hoặc rút lại được bản đang công bố. Hãy tải lại trang để xem bản ấy."),
    ),
    (r"this proposal was approved already, at (?P<at>.+)", _("Kết luận này đã được duyệt lúc %(at)s.")),
    (r"this proposal was returned already, at (?P<at>.+)", _("Đề xuất này đã bị trả lại lúc %(at)s.")),
    (
        r"an attempt to reach somebody is logged after it was made: this time is still to come",
        _("Lúc liên hệ không thể ở tương lai. Hãy ghi sau khi đã liên hệ."),
    ),
    (
        r"this difference was settled already, at (?P<at>.+)",
        _("Hai ý kiến về hồ sơ này đã được người thứ ba kết luận lúc %(at)s."),
    ),
    (
        r"no two opinions on this case differ: there is nothing to settle",
        _("Hồ sơ này chưa có hai ý kiến khác nhau nên chưa có gì để người thứ ba kết luận."),
    ),
    (
        r"a third person settles: you gave an opinion on this case",
        _("Người thứ ba phải là người chưa cho ý kiến về hồ sơ này."),
    ),
    (
        r"a letter that was sent is not rewritten: begin a new one",
        _("Văn bản đã gửi thì không sửa nữa. Muốn thay, hãy soạn phản hồi mới."),
    ),
    (
        r"the letter was rewritten meanwhile",
        _("Người khác vừa sửa văn bản này. Hãy mở lại bản mới rồi làm tiếp; chữ bạn đã gõ còn ở dưới."),
    ),
    (r"this letter was approved already, at (?P<at>.+)", _("Văn bản này đã được duyệt lúc %(at)s.")),
    (
        r"a letter is sent after a second person approved it",
        _("Văn bản chưa được người thứ hai duyệt nên chưa ghi là đã gửi được."),
    ),
    (
        r"notices are posted by verifiers and approvers",
        _("Chỉ người thẩm định hoặc người duyệt được đăng thông báo “Đang xác minh”."),
    ),
    (
        r"the notice is for disasters and public safety only, never on criticism",
        _(
            "Thông báo “Đang xác minh” chỉ dùng cho thiên tai và an toàn công cộng, không dùng cho phản ánh, phê bình."
        ),
    ),
    (
        r"this case had its notice: what follows is a decision by two persons",
        _("Hồ sơ này đã đăng thông báo một lần. Bước tiếp theo là kết luận của hai người."),
    ),
    (
        r"publish the approved text of every labelled claim of the case first",
        _("Phải công bố nội dung đã duyệt của mọi nhận định có nhãn trong hồ sơ trước."),
    ),
    (
        r"no verdict on this claim is approved",
        _("Nhận định này chưa có kết luận được duyệt."),
    ),
    (
        r"the label table has no words for '(?P<code>\w+)' on that day; .*",
        _(
            "Bảng nhãn chưa có chữ cho “%(code)s” trong ngày này; hãy thêm một dòng có ngày hiệu lực ở Quản trị, Danh mục."
        ),
    ),
    (
        r"this report was refused before",
        _("Tin báo này đã bị từ chối trước đó."),
    ),
    (
        r"this report belongs to a case",
        _("Tin báo này đã vào hồ sơ nên không từ chối được nữa."),
    ),
    (
        r"the contact was sealed with another secret key; .*",
        _("Liên hệ được mã hóa bằng khóa khác. Hãy khôi phục khóa bí mật từ bản sao lưu."),
    ),
    (
        r"the template has a brace that is not closed .*",
        _("Mẫu văn bản có dấu ngoặc nhọn chưa đóng. Hãy sửa mẫu."),
    ),
    (
        r"the template names \{(?P<field>[^}]*)\}, which no case has; .*",
        _("Mẫu văn bản có trường “%(field)s” mà hồ sơ không có. Hãy sửa mẫu."),
    ),
    # what the classifier made of a wish to put articles of an event elsewhere
    (
        r"(?P<count>\d+) articles now in event (?P<event>\d+)",
        _("đã chuyển %(count)s bài sang sự việc số %(event)s"),
    ),
    (r"no such event", _("không còn sự việc này")),
    (r"none of the articles stands in this event", _("các bài đã chọn không còn ở sự việc này")),
    (r"no other event to (move to|merge into)", _("không tìm thấy sự việc kia")),
    (r"all articles would leave; nothing was done", _("chọn cả sự việc nên không tách")),
    (r"taken back", _("người yêu cầu đã rút lại")),
    (r"\w+ not found", _("Không tìm thấy. Có thể địa chỉ sai, hoặc mục đã được gộp.")),
)
_COMPILED = tuple((re.compile(pattern), said) for pattern, said in SENTENCES)


def said(error: KiemtinError | str) -> str:
    """The sentence for the screen: the translated rule, or the error's own words where it came from a screen."""
    for pattern, sentence in _COMPILED:
        found = pattern.fullmatch(str(error))
        if found is not None:
            return str(sentence) % found.groupdict() if found.groupdict() else str(sentence)
    return catalogue_messages.said(str(error)) or str(error)
