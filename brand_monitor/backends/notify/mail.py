"""The carrier over SMTP."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from brand_monitor.backends.notify.interface import Alert, Notifier, NotifyError

TIMEOUT_SECONDS = 10


class MailNotifier(Notifier):
    """Mails alerts to a list of people.

    Args:
        server: ``smtp://host:25``, ``smtp+starttls://user:password@host:587`` or ``smtps://...:465``.
        sender: address that the mail is from.
        recipients: addresses that it goes to.
    """

    name = "e-mail"

    def __init__(self, server: str, *, sender: str, recipients: list[str]) -> None:
        self._server = urlsplit(server)
        self._sender = sender
        self._recipients = recipients

    def send(self, alert: Alert) -> None:
        """Hand one message to the server."""
        message = EmailMessage()
        message["Subject"] = f"[brand-monitor] {' '.join(alert.title.split())}"
        message["From"] = self._sender
        message["To"] = ", ".join(self._recipients)
        message.set_content(alert.text)
        try:
            with self._connected() as client:
                client.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            where = f"{self._server.hostname}:{self._server.port}"
            raise NotifyError(
                f"the mail server {where} did not take the alert ({type(error).__name__})"
            ) from None

    def _connected(self) -> smtplib.SMTP:
        host, port = self._server.hostname or "", self._server.port or 0
        client: smtplib.SMTP
        if self._server.scheme == "smtps":
            context = ssl.create_default_context()
            client = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            client = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        if self._server.scheme == "smtp+starttls":
            client.starttls(context=ssl.create_default_context())
        if self._server.username:
            client.login(unquote(self._server.username), unquote(self._server.password or ""))
        return client
