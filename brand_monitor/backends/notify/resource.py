"""Dagster resource of the alert desk. It holds no address: those are read where they are used."""

from pathlib import Path

import dagster as dg

from brand_monitor.backends.notify.desk import AlertDesk
from brand_monitor.backends.notify.interface import Notifier
from brand_monitor.backends.notify.log import LogNotifier
from brand_monitor.backends.objects.interface import ObjectStore
from brand_monitor.deployment import Settings, current_settings


class Alerts(dg.ConfigurableResource[AlertDesk]):
    """The alert desk of the installation in ``home``."""

    home: str
    objects: dg.ResourceDependency[ObjectStore]

    def create_resource(self, context: dg.InitResourceContext) -> AlertDesk:  # noqa: ARG002 - Dagster's signature
        """Return the desk with every carrier that the settings name; the log is always one."""
        return AlertDesk(self.objects, notifiers_of(current_settings(Path(self.home))))


def notifiers_of(settings: Settings) -> list[Notifier]:
    """Return the carriers that the settings name, the log first."""
    from brand_monitor.backends.notify.mail import MailNotifier
    from brand_monitor.backends.notify.web import SlackNotifier, WebhookNotifier

    found: list[Notifier] = [LogNotifier()]
    if settings.notify_webhook_url:
        found.append(WebhookNotifier(settings.notify_webhook_url.get_secret_value()))
    if settings.notify_slack_url:
        found.append(SlackNotifier(settings.notify_slack_url.get_secret_value()))
    if settings.notify_email_to and settings.smtp_url:
        recipients = [address.strip() for address in settings.notify_email_to.split(",")]
        server = settings.smtp_url.get_secret_value()
        found.append(MailNotifier(server, sender=settings.notify_email_from, recipients=recipients))
    return found
