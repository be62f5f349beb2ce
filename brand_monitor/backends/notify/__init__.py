"""Alerts: from a cause to the people who should know. Embedded default: the log."""
