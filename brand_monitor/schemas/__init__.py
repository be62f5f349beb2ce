"""The schema registry: one pandera model per table, the only truth about its columns.

The models make the write cast, the blocking checks, the column metadata in the Dagster UI and the table
reference in the docs. Not here: how a table is computed or stored.
"""
