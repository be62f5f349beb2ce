"""``python -m brand_monitor.cli``, where the console script is not installed."""

from brand_monitor.cli import main

main()
