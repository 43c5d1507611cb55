"""Hands a message to a mail server, a webhook or Telegram. Raises TryLater with one line when it was not taken."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from uuid import UUID

import requests

from db.core.errors import TryLater
from db.desk.alerts import DueDelivery
from review_ui.alerts import policy as deciding
from review_ui.alerts import webhook
from review_ui.alerts.policy import Policy

TIMEOUT = 20  # seconds for each talk with a receiver
TELEGRAM = "https://api.telegram.org"


def send(
    channel: str,
    address: str,
    waiting: Sequence[DueDelivery],
    *,
    policy: Policy,
    message_id: UUID,
    home: Path,
) -> None:
    """Delivers ``waiting`` as one message; returning means the receiver said yes. Secrets (``mail-password``,
    ``telegram-token``) are files under ``home``, mode 0600."""
    match channel:
        case "mail":
            _mail(address, waiting, policy=policy, message_id=message_id, home=home)
        case "webhook":
            _webhook(address, waiting, policy=policy, message_id=message_id)
        case _:
            _telegram(address, waiting, policy=policy, home=home)


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _mail(
    address: str, waiting: Sequence[DueDelivery], *, policy: Policy, message_id: UUID, home: Path
) -> None:
    if not policy.mail_server or not policy.mail_from:
        raise TryLater("no mail server is set: fill in alerts.mail_server and alerts.mail_from")
    subject, text = deciding.mail(policy, waiting)
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"], message["To"] = policy.mail_from, address
    message["Date"] = formatdate()
    # the same for every try of the same message: the receiver can drop the second
    message["Message-ID"] = f"<{message_id}@kiemtin>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    host, _, port = policy.mail_server.partition(":")
    try:
        if policy.mail_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, int(port or 465), timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, int(port or 587), timeout=TIMEOUT)
        with server:
            if policy.mail_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if policy.mail_user:
                server.login(policy.mail_user, _secret(home / "mail-password"))
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as why:
        raise TryLater(f"the mail server {host} did not take it ({type(why).__name__})") from why


def _webhook(address: str, waiting: Sequence[DueDelivery], *, policy: Policy, message_id: UUID) -> None:
    count, kinds, link = deciding.outside(policy, waiting)
    body = {"id": str(message_id), "alerts": count, "kinds": kinds, "link": link}
    webhook.post(address, body, inner=policy.inner_hosts)


def _telegram(chat: str, waiting: Sequence[DueDelivery], *, policy: Policy, home: Path) -> None:
    token = _secret(home / "telegram-token")
    if not token:
        raise TryLater("no Telegram token: write it into the file telegram-token under KIEMTIN_HOME")
    count, _, link = deciding.outside(policy, waiting)
    try:
        answer = requests.post(
            f"{TELEGRAM}/bot{token}/sendMessage",
            json={"chat_id": chat, "text": f"kiemtin: {count} cảnh báo mới. {link}"},
            timeout=TIMEOUT,
        )
    except requests.RequestException as why:
        # the address holds the token: only the kind of failure may be told
        raise TryLater(f"Telegram is not reached ({type(why).__name__})") from None
    if answer.status_code != 200:
        raise TryLater(f"Telegram answered {answer.status_code}")
