"""The exporter: what an operator watches, in the text that Prometheus reads.

Belongs here: reading Dagster's tables and ours in PostgreSQL, and serving the figures. Not here: alerts that
the product sends by itself (``backends.notify``), or anything that writes.

A thread collects at an interval, a subject at a time; a scrape is answered with the last state that is known,
whatever the databases do. Each subject is a module: its metrics beside the statements that fill them. Dagster
is not imported: its tables are read as they are (tested on the installed version), so that the process stays
small.
"""
