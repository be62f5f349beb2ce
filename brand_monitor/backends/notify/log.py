"""The embedded carrier: the process log, which needs nothing and reaches whoever reads it."""

import logging

from brand_monitor.backends.notify.interface import Alert, Notifier

_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class LogNotifier(Notifier):
    """Writes alerts to the logger ``brand_monitor.alerts``."""

    name = "log"

    def send(self, alert: Alert) -> None:
        """Write one record, at the level of the severity."""
        logger = logging.getLogger("brand_monitor.alerts")
        logger.log(_LEVELS[alert.severity], "%s\n%s", alert.title, alert.text)
