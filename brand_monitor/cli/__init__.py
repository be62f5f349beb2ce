"""The command line, ``brand-monitor``: a thin layer over the Python API.

Belongs here: options, what a terminal shows, exit codes. Not here: any work that the API does not offer too.
Modules of this package import nothing heavy at the top: ``--help`` must answer at once.
"""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    from brand_monitor.cli.app import app

    app(prog_name="brand-monitor")
