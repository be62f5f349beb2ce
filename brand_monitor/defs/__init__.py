"""Only Dagster objects live here, a folder or file per layer; the work is in domain and backends."""
