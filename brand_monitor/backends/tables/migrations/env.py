"""Alembic's entry: runs revisions on the connection that ``migrating`` hands over, in its transaction."""

from alembic import context

from brand_monitor.backends.tables.migrating import VERSION_TABLE
from brand_monitor.backends.tables.postgresql import SCHEMA
from brand_monitor.backends.tables.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    version_table_schema=SCHEMA if connection.dialect.name == "postgresql" else None,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
context.run_migrations()
