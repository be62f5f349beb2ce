"""Alerts over real HTTP and SMTP connections: what arrives, what a refusal says, and that nothing is said twice."""

import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Alert, Notifier, NotifyError
from brand_monitor.backends.notify.log import LogNotifier
from brand_monitor.backends.notify.mail import MailNotifier
from brand_monitor.backends.notify.resource import notifiers_of
from brand_monitor.backends.notify.web import SlackNotifier, WebhookNotifier
from brand_monitor.backends.objects.folder import FolderStore
from brand_monitor.deployment import Settings

SECRET = "s3cr3t-canary-webhook"
ALERT = Alert("budget:demo:80", "2026-11-24", "warning", "demo: 80 % <of> the budget", "What to do & where.")


@dataclass
class Inbox:
    """A web server that keeps what is posted to it."""

    status: int = 200
    posted: list[dict] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    kept = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(kept.status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/{SECRET}"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


class MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to hand over one message."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = []
                while (part := self.rfile.readline()) != b".\r\n":
                    body.append(part)
                self.server.letters.append(b"".join(body).decode())
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
            if verb == b"QUIT":
                return


@pytest.fixture
def mail_server() -> Iterator[socketserver.TCPServer]:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailHandler)
    server.letters = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_webhook_gets_the_whole_alert(inbox: Inbox) -> None:
    WebhookNotifier(inbox.url).send(ALERT)
    assert inbox.posted == [vars(ALERT)]


def test_slack_gets_text_in_which_nothing_is_a_link_or_a_mention(inbox: Inbox) -> None:
    SlackNotifier(inbox.url).send(ALERT)
    [body] = inbox.posted
    assert body["text"].startswith(":warning: *demo: 80 % &lt;of&gt; the budget*\nWhat to do &amp; where.")


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_refusal_names_the_status_and_not_the_address(inbox: Inbox, status: int) -> None:
    inbox.status = status
    with pytest.raises(NotifyError, match=str(status)) as refused:
        WebhookNotifier(inbox.url).send(ALERT)
    assert SECRET not in str(refused.value)


def test_a_server_that_is_away_is_a_typed_error_without_the_address() -> None:
    with pytest.raises(NotifyError, match="cannot be reached") as refused:
        SlackNotifier(f"http://127.0.0.1:9/{SECRET}").send(ALERT)
    assert SECRET not in str(refused.value)


def test_a_mail_arrives_with_one_line_of_subject(mail_server: socketserver.TCPServer) -> None:
    address = f"smtp://127.0.0.1:{mail_server.server_address[1]}"
    alert = Alert("c", "2026", "error", "a title\nInjected: header", "Ünïcode text.")
    MailNotifier(address, sender="m@example.com", recipients=["a@example.com", "b@example.com"]).send(alert)
    [letter] = mail_server.letters
    assert "Subject: [brand-monitor] a title Injected: header" in letter
    assert "To: a@example.com, b@example.com" in letter


def test_a_mail_server_that_is_away_is_a_typed_error_without_the_password() -> None:
    notifier = MailNotifier(f"smtp://u:{SECRET}@127.0.0.1:9", sender="m@example.com", recipients=["a@b.c"])
    with pytest.raises(NotifyError, match=r"127\.0\.0\.1:9") as refused:
        notifier.send(ALERT)
    assert SECRET not in str(refused.value)


class Recorder(Notifier):
    """Remembers what it was told, or refuses."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.told: list[str] = []
        self.is_down = False

    def send(self, alert: Alert) -> None:
        if self.is_down:
            raise NotifyError(f"{self.name} is down")
        self.told.append(alert.cause)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def test_a_cause_is_told_once_a_period_also_by_another_process(store: FolderStore) -> None:
    carrier = Recorder("a")
    assert AlertDesk(store, [carrier]).raise_alert(ALERT)
    assert not AlertDesk(store, [carrier]).raise_alert(ALERT)
    assert AlertDesk(store, [carrier]).raise_alert(Alert(ALERT.cause, "2026-11-25", "info", "t", "x"))
    assert carrier.told == [ALERT.cause] * 2


def test_a_carrier_that_was_down_hears_of_it_later_and_the_others_do_not_repeat(store: FolderStore) -> None:
    steady, shaky = Recorder("steady"), Recorder("shaky")
    shaky.is_down = True
    desk = AlertDesk(store, [steady, shaky])
    with pytest.raises(NotifyError, match="shaky is down"):
        desk.raise_alert(ALERT)
    shaky.is_down = False
    assert desk.raise_alert(ALERT)
    assert (steady.told, shaky.told) == ([ALERT.cause], [ALERT.cause])


def test_the_log_is_always_told_and_the_settings_name_the_rest(tmp_path: Path) -> None:
    assert [each.name for each in notifiers_of(Settings(tmp_path))] == ["log"]
    settings = Settings(
        tmp_path,
        notify_webhook_url="https://example.com/a",
        notify_slack_url="https://hooks.example.com/b",
        notify_email_to="a@example.com, b@example.com",
        smtp_url="smtp://mail.example.com:25",
    )
    assert [each.name for each in notifiers_of(settings)] == ["log", "webhook", "Slack", "e-mail"]


def test_the_log_has_title_and_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="brand_monitor.alerts"):
        LogNotifier().send(ALERT)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "What to do & where." in caplog.text
