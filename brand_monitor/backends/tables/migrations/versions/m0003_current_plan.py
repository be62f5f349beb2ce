"""The last plan is marked, and runs that died with a call in the air are counted by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the columns; every call stands in the plan until the next plan says otherwise."""
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("unknowns", sa.Integer, nullable=False, server_default="0"))
        calls.add_column(sa.Column("is_current", sa.Boolean, nullable=False, server_default=sa.true()))
    op.execute("UPDATE calls SET unknowns = possibly_paid WHERE state = 'unknown'")


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("calls") as calls:
        calls.drop_column("is_current")
        calls.drop_column("unknowns")
