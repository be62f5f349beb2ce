"""Polars frames in the lake: hive paths, schema enforced on write, atomic publication."""
