"""The command line, ``brand-monitor``: a thin layer over the Python API.

Belongs here: options, what a terminal shows, exit codes. Not here: any work that the API does not offer too.
Modules of this package import nothing heavy at the top: ``--help`` must answer at once.
"""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    import sys
    import warnings

    from brand_monitor.cli.app import app

    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # of libraries, meant for developers: `python -W` shows them
    app(prog_name="brand-monitor")
