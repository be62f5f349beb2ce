"""Carriers over HTTP: a webhook of one's own, and a Slack channel.

Belongs here: the two bodies and one way to post them. Not here: when (``desk``). The address is the secret of
both: it appears in no error.
"""

from typing import Any

from brand_monitor.backends.notify.interface import Alert, Notifier, NotifyError

TIMEOUT_SECONDS = 10
_SIGNS = {"info": ":information_source:", "warning": ":warning:", "error": ":rotating_light:"}
#: Slack cuts a message at 40,000 characters; nobody reads as many.
_LONGEST = 3_000


class WebhookNotifier(Notifier):
    """Posts alerts as JSON objects with the fields of ``Alert``."""

    name = "webhook"

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, alert: Alert) -> None:
        """Post the alert; anything but a 2xx is a failure."""
        _post(self.name, self._url, vars(alert))


class SlackNotifier(Notifier):
    """Posts alerts to an incoming webhook of Slack."""

    name = "Slack"

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, alert: Alert) -> None:
        """Post the alert. What is said is escaped, so that no text becomes a mention or a link."""
        text = f"{_SIGNS[alert.severity]} *{_escaped(alert.title)}*\n{_escaped(alert.text)[:_LONGEST]}"
        _post(self.name, self._url, {"text": text})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _post(name: str, url: str, body: dict[str, Any]) -> None:
    import requests

    try:
        response = requests.post(url, json=body, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        # Its text holds the address.
        raise NotifyError(
            f"the {name} cannot be reached ({type(error).__name__}); check its address"
        ) from None
    if response.status_code // 100 != 2:  # noqa: PLR2004 - the class of the status
        raise NotifyError(f"the {name} answered {response.status_code}; check its address and its rights")
