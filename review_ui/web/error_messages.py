"""What the rules of the database and the programs refuse, said to staff in their own language: one sentence a code.

A rule raises a stable code with its values (db.core.errors); the English sentence beside it is for logs and the command
line. A test reads the rules and this table and asks for every code.
"""

from __future__ import annotations

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from db.core.errors import KiemtinError
from review_ui.web import catalogue_messages

SENTENCES: dict[str, LazyString] = {
    "account.mail": _("Địa chỉ thư không đúng."),
    "account.mail_taken": _("Một tài khoản khác đã dùng địa chỉ thư này."),
    "account.name": _(
        "Tên đăng nhập gồm 2 đến 40 chữ thường không dấu, số, dấu chấm hay gạch, bắt đầu bằng chữ."
    ),
    "account.name_taken": _("Đã có tài khoản tên %(name)s. Hãy chọn tên khác."),
    "account.not_in_service": _("Tài khoản không còn dùng được."),
    "attempt.empty": _("Hãy ghi cách liên hệ và kết quả."),
    "attempt.too_early": _(
        "Không thể liên hệ về một thông tin trước khi nó xuất hiện (%(at)s). Hãy xem lại ngày giờ."
    ),
    "digest.printed_head": _("Nhật ký đã thay đổi trong lúc phát hành. Hãy phát hành lại."),
    "evidence.no_capture": _("Không có bản lưu trang nào mang số này."),
    "evidence.no_file": _("Chưa ai gửi tệp nào có mã băm này."),
    "evidence.not_disputed": _(
        "Bản lưu của tin bị nghi phải là bài mà có người đã ghi là khẳng định hoặc nhắc lại thông tin. Bài bác bỏ không phải là tin bị nghi."
    ),
    "verdict.independence": _(
        "Người duyệt phải xác nhận có bằng chứng gốc hoặc trực tiếp độc lập với cơ quan bị nói đến. Hãy đánh dấu ô xác nhận rồi duyệt."
    ),
    "attempt.to_come": _("Lúc liên hệ không thể ở tương lai. Hãy ghi sau khi đã liên hệ."),
    "case.assignee": _("Chỉ giao việc cho người theo dõi, thẩm định hoặc duyệt đang làm việc."),
    "case.criticism": _("Phản ánh của báo chí được trả lời, không bao giờ bị gắn nhãn công khai."),
    "sign_in.busy": _("Lúc này có quá nhiều người đăng nhập cùng lúc. Hãy thử lại sau vài giây."),
    "case.exists": _("Sự việc này đã có hồ sơ."),
    "case.moved": _("Người khác vừa xử lý hồ sơ này trong lúc bạn đang xem. Những thay đổi nằm ở dưới."),
    "case.no_label": _("Trong hồ sơ này chưa có kết luận công khai nào được duyệt."),
    "account.own": _("Không thể tự đổi vai trò, tự khóa hay tự đặt lại mật khẩu ở đây."),
    "account.fresh": _(
        "Tài khoản của %(name)s vừa được %(by)s lập hoặc đặt lại nên chưa được tính là người thứ hai. Chờ đến %(at)s, hoặc nhờ một người phê duyệt khác xác nhận ở trang “Ai được tính là người thứ hai”."
    ),
    "account.confirm_own": _(
        "Phải là một người phê duyệt khác xác nhận, không phải chủ tài khoản hay người đã lập nó."
    ),
    "role.confirm": _("Chỉ người phê duyệt được xác nhận tài khoản."),
    "account.second_factor": _(
        "Tài khoản đang bật xác thực hai lớp. Hãy tắt trước, bằng mật khẩu và mã đang hiện."
    ),
    "audit.by_rule": _("Dòng nhật ký này chỉ do quy tắc của cơ sở dữ liệu ghi."),
    "role.accounts": _("Chỉ quản trị được quản lý tài khoản."),
    "session.no_key": _("Cơ sở dữ liệu chưa biết khóa phiên. Hãy báo quản trị chạy: kiemtin db migrate."),
    "session.none": _("Phiên làm việc đã hết. Hãy đăng nhập lại rồi gửi lại."),
    "session.other_person": _("Phiên làm việc này là của người khác. Hãy đăng nhập lại."),
    "session.proof": _(
        "Khóa phiên của máy này khác khóa của cơ sở dữ liệu. Hãy báo quản trị: mọi máy dùng chung một KIEMTIN_SECRET_KEY."
    ),
    "case.no_such_step": _(
        "Hồ sơ đã chuyển sang trạng thái khác nên không còn bước này. Có thể bạn vừa bấm hai lần, hoặc người khác vừa xử lý."
    ),
    "case.no_verdict": _("Hồ sơ này chưa có kết luận nào được đề xuất."),
    "case.open_verdicts": _("Phải duyệt hết các kết luận đã đề xuất trong hồ sơ trước."),
    "case.quote_or_none": _("Hãy trích câu cần xác minh, hoặc đánh dấu là không có điều kiểm chứng được."),
    "case.step_reason": _("Bước này cần ghi lý do."),
    "case.step_role": _("Vai trò của bạn không được làm bước này."),
    "case.undo": _(
        "Chỉ hoàn tác được bước cuối của chính mình, trong mười lăm giây, và không hoàn tác đề xuất, duyệt hay công bố. Hãy dùng bước tiếp theo có trên trang."
    ),
    "case.unpublished_claims": _(
        "Phải công bố nội dung đã duyệt của mọi nhận định có nhãn trong hồ sơ trước."
    ),
    "claim.other_case": _("Cách viết mới phải thay một nhận định của chính hồ sơ này."),
    "claim.replaced": _("Nhận định này đã được viết lại. Hãy dùng bản mới."),
    "claim.worked_on": _(
        "Nhận định này đã có bằng chứng, lần liên hệ hoặc đề xuất kết luận nên không viết lại được. Hãy thêm một nhận định mới bên cạnh."
    ),
    "contact.key": _("Liên hệ được mã hóa bằng khóa khác. Hãy khôi phục khóa bí mật từ bản sao lưu."),
    "contact.none": _("Tin báo này không có liên hệ, hoặc liên hệ đã được xóa theo thời hạn."),
    "contact.reason": _("Hãy ghi lý do cần xem liên hệ."),
    "correction.all": _("chọn cả sự việc nên không tách"),
    "correction.moved": _("đã chuyển %(count)s bài sang sự việc số %(event)s"),
    "correction.no_article": _("các bài đã chọn không còn ở sự việc này"),
    "correction.no_event": _("không còn sự việc này"),
    "correction.no_other": _("không tìm thấy sự việc kia"),
    "correction.taken_back": _("người yêu cầu đã rút lại"),
    "digest.corrected": _("Bản này đã có bản đính chính. Hãy mở bản đó."),
    "digest.files_once": _("Tệp của điểm báo chỉ được lưu lúc phát hành, không thay về sau."),
    "digest.four_files": _("Phát hành phải có đủ bốn tệp. Hãy thử lại."),
    "digest.issue_state": _("Bản này chưa được duyệt nên chưa phát hành được."),
    "digest.moved": _(
        "Người khác vừa sửa bản điểm báo này. Hãy mở lại bản mới rồi làm tiếp; chữ bạn đã gõ còn ở dưới."
    ),
    "digest.not_issued": _("Chỉ bản đã phát hành mới có bản đính chính."),
    "digest.return_reason": _("Trả lại cần ghi lý do."),
    "digest.return_state": _("Chỉ bản đã duyệt mới trả lại được."),
    "digest.second_person": _("Cần người thứ hai duyệt: bạn đã lập hoặc sửa bản điểm báo này."),
    "digest.state": _(
        "Bản điểm báo đã chuyển sang trạng thái khác nên không làm được bước này. Hãy tải lại trang."
    ),
    "evidence.archived_item": _("Cần có bản lưu của tin bị nghi trong số bằng chứng."),
    "evidence.attempt": _("Cần ghi lại ít nhất một lần liên hệ với nguồn tin, hoặc nêu lý do khẩn cấp."),
    "evidence.independent": _(
        "Cần ít nhất một tài liệu gốc hoặc nguồn trực tiếp độc lập với cơ quan bị nêu. Lời của chính cơ quan đó không thay được."
    ),
    "evidence.none": _("Nhãn công khai cần bằng chứng, mà nhận định này chưa có bằng chứng nào."),
    "evidence.two_pieces": _("Cần ít nhất hai bằng chứng (không tính bản lưu của tin bị nghi)."),
    "evidence.withdrawn": _("Bằng chứng này đã được rút."),
    "identity.bound": _(
        "Tài khoản này đã gắn với một người khác ở hệ thống đăng nhập của cơ quan. Hãy báo quản trị."
    ),
    "label.none": _(
        "Bảng nhãn chưa có chữ cho “%(code)s” trong ngày này; hãy thêm một dòng có ngày hiệu lực ở Quản trị, Danh mục."
    ),
    "lease.held": _("%(name)s đang giữ hồ sơ này."),
    "lease.lost": _("Hồ sơ không còn trong tay bạn. Hãy nhận lại nếu muốn làm tiếp."),
    "lease.most": _("Bạn đang giữ %(n)s hồ sơ. Hãy xong hoặc trả lại một hồ sơ trước."),
    "letter.approved": _("Văn bản này đã được duyệt lúc %(at)s."),
    "letter.changed": _("Văn bản đã thay đổi so với lúc bạn xem. Hãy đọc lại bản mới rồi duyệt."),
    "letter.moved": _(
        "Người khác vừa sửa văn bản này. Hãy mở lại bản mới rồi làm tiếp; chữ bạn đã gõ còn ở dưới."
    ),
    "letter.not_approved": _("Văn bản chưa được người thứ hai duyệt nên chưa ghi là đã gửi được."),
    "letter.second_person": _("Cần người thứ hai duyệt: chính bạn đã viết văn bản này."),
    "letter.unfilled": _(
        "Văn bản còn chỗ chưa điền: “%(line)s”. Hãy điền hoặc bỏ câu ấy, lưu bản mới rồi duyệt."
    ),
    "letter.sent": _("Văn bản đã gửi thì không sửa nữa. Muốn thay, hãy soạn phản hồi mới."),
    "notice.field": _(
        "Thông báo “Đang xác minh” chỉ dùng cho thiên tai và an toàn công cộng, không dùng cho phản ánh, phê bình."
    ),
    "notice.twice": _("Hồ sơ này đã đăng thông báo một lần. Bước tiếp theo là kết luận của hai người."),
    "provider.answer": _(
        "Trả lời của hệ thống đăng nhập không hợp lệ nên bị từ chối. Hãy đăng nhập lại từ đầu."
    ),
    "provider.no_answer": _(
        "Hệ thống đăng nhập của cơ quan không trả lời. Hãy thử lại sau hoặc đăng nhập bằng mật khẩu."
    ),
    "provider.none": _("Ở đây chưa cài đặt đăng nhập bằng tài khoản cơ quan."),
    "provider.settings": _(
        "Đăng nhập bằng tài khoản cơ quan chưa cài đặt đúng. Hãy báo quản trị và đăng nhập bằng mật khẩu."
    ),
    "publication.no_case": _("Nhận định này không thuộc hồ sơ nào nên không công bố được."),
    "publication.no_label": _("Kết luận này không có nhãn công khai nên không đưa lên bản tin."),
    "publication.no_newer": _(
        "Chưa có kết luận nào mới hơn bản đang công bố. Hãy đề xuất và duyệt kết luận mới trước khi đăng bản cải chính."
    ),
    "publication.no_verdict": _("Chưa có kết luận nào được duyệt cho nhận định này, nên chưa công bố được."),
    "publication.none_approved": _("Nhận định này chưa có kết luận được duyệt."),
    "publication.not_newest": _(
        "Chỉ cải chính hoặc rút lại được bản đang công bố. Hãy tải lại trang để xem bản ấy."
    ),
    "publication.note": _(
        "Cải chính hoặc rút lại phải có bản đã công bố và nói rõ cho người đọc điều gì thay đổi, vì sao."
    ),
    "publication.other_claim": _("Bản cải chính phải thay bản đã công bố của chính nhận định đó."),
    "publication.state": _("Hồ sơ chưa ở bước “Chờ công bố” nên chưa công bố được."),
    "publication.text": _(
        "Nội dung không đúng bản đã duyệt, hoặc chứng cứ đã thay đổi sau khi duyệt. Cần đề xuất và duyệt lại."
    ),
    "publication.twice": _("Nhận định này đã được công bố. Muốn thay đổi, hãy đăng bản cải chính."),
    "publication.withdrawn": _("Kết luận này đã được rút lại lúc %(at)s."),
    "quotation.bounds": _(
        "Đoạn trích không có điểm đầu, điểm cuối đúng trong bài. Hãy trích lại từ trang sự việc."
    ),
    "quotation.other_article": _("Bản của bài không thuộc bài báo đã chọn. Hãy trích lại từ trang sự việc."),
    "report.in_case": _("Tin báo này đã vào hồ sơ nên không từ chối được nữa."),
    "report.kept": _("Tin báo này đã được lưu."),
    "report.refused": _("Tin báo này đã bị từ chối trước đó."),
    "review.no_difference": _(
        "Hồ sơ này chưa có hai ý kiến khác nhau nên chưa có gì để người thứ ba kết luận."
    ),
    "review.settled": _("Hai ý kiến về hồ sơ này đã được người thứ ba kết luận lúc %(at)s."),
    "review.third_person": _("Người thứ ba phải là người chưa cho ý kiến về hồ sơ này."),
    "role.contact": _("Chỉ người thẩm định hoặc người duyệt được xem liên hệ của người báo tin."),
    "role.content": _("Vai trò của bạn chỉ xem, không xử lý nội dung."),
    "role.digest": _("Chỉ người thẩm định hoặc người duyệt được lập, sửa và xử lý điểm báo."),
    "role.digest_approve": _("Chỉ người duyệt được duyệt điểm báo."),
    "role.evidence": _("Chỉ người thẩm định hoặc người duyệt được thêm, rút bằng chứng."),
    "role.letter_approve": _("Chỉ người duyệt được duyệt văn bản phản hồi."),
    "role.notice": _("Chỉ người thẩm định hoặc người duyệt được đăng thông báo “Đang xác minh”."),
    "role.publish": _("Chỉ người duyệt được công bố trên bản tin."),
    "role.verdict_approve": _("Chỉ người duyệt được duyệt kết luận."),
    "role.verdict_propose": _("Chỉ người thẩm định hoặc người duyệt được đề xuất kết luận."),
    "row.not_found": _("Không tìm thấy. Có thể địa chỉ sai, hoặc mục đã được gộp."),
    "rows.kept": _("Dữ liệu này được giữ nguyên vẹn, không ai sửa hay xóa được."),
    "source.host_taken": _(
        "%(host)s thuộc nguồn %(other)s. Nếu báo này đã sáp nhập vào đó, hãy dùng mục “Đã sáp nhập vào”."
    ),
    "source.merge_circle": _(
        "Không sáp nhập một nguồn vào chính nó, hoặc vào nguồn đã sáp nhập vào nó. Hãy chọn nguồn khác."
    ),
    "template.brace": _("Mẫu văn bản có dấu ngoặc nhọn chưa đóng. Hãy sửa mẫu."),
    "template.field": _("Mẫu văn bản có trường “%(field)s” mà hồ sơ không có. Hãy sửa mẫu."),
    "trials.none": _("Không có nguồn nào thuộc phạm vi này để thử."),
    "verdict.approved": _("Kết luận này đã được duyệt lúc %(at)s."),
    "verdict.changed": _(
        "Đề xuất hoặc bằng chứng đã thay đổi so với lúc bạn xem. Hãy đọc lại bản mới rồi quyết định."
    ),
    "verdict.emergency": _("Lý do khẩn cấp chỉ dùng cho thiên tai và an toàn công cộng."),
    "verdict.newer": _("Đã có đề xuất mới hơn cho nhận định này. Hãy xem lại."),
    "verdict.return_reason": _("Trả lại cần ghi lý do."),
    "verdict.returned": _("Đề xuất này đã bị trả lại lúc %(at)s."),
    "verdict.second_person": _("Cần người thứ hai duyệt: chính bạn đã đề xuất kết luận này."),
    "verdict.second_person_evidence": _("Cần người thứ hai duyệt: bạn là người cuối cùng sửa bằng chứng."),
    "verdict.third_person": _("Bạn đã đề nghị người thứ ba nên không tự duyệt được."),
    "verdict.unknown": _("Không có kết luận này."),
}


def said(error: KiemtinError) -> str:
    """The sentence for the screen: that of the error's code; the error's own words where a screen raised it without one.

    A code without a sentence (a database of another version) is named with the English line, so that staff can report it.
    """
    if error.faults:
        return catalogue_messages.said(error.faults)
    if not error.code:
        return str(error)
    if (sentence := catalogue_messages.of(error.code, error.values)) is not None:
        return sentence
    return of(error.code, error.values) or gettext(
        "Hệ thống từ chối bước này (mã %(code)s: %(words)s). Hãy báo quản trị viên.",
        code=error.code,
        words=str(error),
    )


def of(code: str, values: dict[str, object]) -> str | None:
    """The sentence of a code, or None where there is none."""
    sentence = SENTENCES.get(code)
    try:
        return None if sentence is None else str(sentence) % values if values else str(sentence)
    except KeyError:  # a database of another version names other values
        return None
