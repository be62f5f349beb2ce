"""Marts: SQL models of the dbt project, run on a scratch DuckDB file and published to the lake."""
