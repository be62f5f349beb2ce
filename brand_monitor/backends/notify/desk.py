"""Says everything once: each carrier tells of a cause once a period, and the lake keeps what was said.

Belongs here: the memory of alerts. Not here: carriers, or what is worth an alert.
"""

import hashlib
import json
from collections.abc import Sequence

from brand_monitor.backends.notify.interface import Alert, Notifier, NotifyError
from brand_monitor.backends.objects.interface import ObjectNotFoundError, ObjectStore

FOLDER = "alerts"


class AlertDesk:
    """Raises alerts through all carriers.

    Args:
        store: where alerts are kept, ``alerts/period=<period>/<hash of the cause>.json``.
        notifiers: who carries them.
    """

    def __init__(self, store: ObjectStore, notifiers: Sequence[Notifier]) -> None:
        self._store = store
        self._notifiers = notifiers

    def raise_alert(self, alert: Alert) -> bool:
        """Send the alert through every carrier that has not told of its cause in its period.

        A carrier that fails is asked again when the cause is raised again, and only that one is: an outage
        loses nothing and repeats nothing.

        Returns:
            Whether anybody was told.

        Raises:
            NotifyError: a carrier did not take it, after all others were tried; the message names each.
        """
        key = f"{FOLDER}/period={alert.period}/{hashlib.sha256(alert.cause.encode()).hexdigest()[:24]}.json"
        before = self._told(key)
        told, problems = list(before), []
        for notifier in self._notifiers:
            if notifier.name in before:
                continue
            try:
                notifier.send(alert)
            except NotifyError as error:
                problems.append(str(error))
            else:
                told.append(notifier.name)
        if told != before:
            record = {**vars(alert), "told": told}
            self._store.put(key, json.dumps(record, ensure_ascii=False, sort_keys=True).encode())
        if problems:
            raise NotifyError("; ".join(problems))
        return told != before

    def _told(self, key: str) -> list[str]:
        try:
            return list(json.loads(self._store.get(key))["told"])
        except ObjectNotFoundError:
            return []
