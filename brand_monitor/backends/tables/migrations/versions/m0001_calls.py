"""The journal of the first version: calls and nothing else."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table of calls."""
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(32), primary_key=True),
        sa.Column("monitor_id", sa.String(64), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("engine", sa.String(32), nullable=False),
        sa.Column("engine_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("spec", sa.JSON, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("is_reasked", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("payload_hash", sa.String(64)),
        sa.Column("error", sa.Text),
        sa.Column("run_id", sa.String(64)),
    )
    op.create_index("calls_by_partition", "calls", ["date", "engine", "monitor_id"])


def downgrade() -> None:
    """Remove it."""
    op.drop_table("calls")
