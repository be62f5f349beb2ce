"""Simulated monitors: how often intervals hold the truth and tests speak (docs/statistics.md)."""
