"""The command ``exporter``: metrics for Prometheus, until it is stopped.

Belongs here: options and waiting. Not here: collecting and serving (``brand_monitor.exporter``).
"""

from typing import Annotated

import typer

from brand_monitor.cli.state import settings_of


def exporter(
    context: typer.Context,
    *,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; 0.0.0.0 is everywhere")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on")] = 9464,
    interval: Annotated[
        int, typer.Option(min=1, metavar="SECONDS", help="How often the databases are read")
    ] = 30,
) -> None:
    """Serve metrics of runs, money and days for Prometheus. Reads PostgreSQL and changes nothing."""
    import signal
    from contextlib import suppress
    from threading import Event

    from brand_monitor.exporter.serving import serving

    stopping = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    with serving(settings_of(context), host, port, interval) as listening:
        typer.echo(f"http://{host}:{listening}/metrics, read anew every {interval} s", err=True)
        with suppress(KeyboardInterrupt):
            stopping.wait()
