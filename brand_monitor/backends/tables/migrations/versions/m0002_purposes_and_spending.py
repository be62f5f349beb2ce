"""Purposes, failures by kind, cost and budgets: canaries and experiments stand beside answers."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from brand_monitor.failures import SetupError

revision = "0002"
down_revision = "0001"

_CALLS = sa.table("calls", sa.column("call_id", sa.String), sa.column("spec", sa.JSON))
#: What a call of the first version says of itself.
_FIRST = (
    "prompt_id",
    "prompt_version",
    "prompt_text",
    "intent",
    "persona",
    "locale",
    "is_branded",
    "repeat",
    "model",
    "temperature",
    "max_tokens",
    "seed",
)
_PAGE = 1_000


def upgrade() -> None:
    """Add the columns; calls of the first version are answers, and a prompt is a family of its own."""
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("purpose", sa.String(16), nullable=False, server_default="answer"))
        calls.add_column(sa.Column("position", sa.Integer, nullable=False, server_default="0"))
        calls.add_column(sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
        calls.add_column(sa.Column("possibly_paid", sa.Integer, nullable=False, server_default="0"))
        calls.add_column(sa.Column("is_cached", sa.Boolean, nullable=False, server_default=sa.false()))
        calls.add_column(sa.Column("error_class", sa.String(32)))
        calls.add_column(sa.Column("reserved_usd", sa.Float, nullable=False, server_default="0"))
        calls.add_column(sa.Column("reserved_on", sa.Date))
        calls.add_column(sa.Column("cost_usd", sa.Float))
        calls.add_column(sa.Column("cost_note", sa.Text))
        calls.drop_index("calls_by_partition")
        calls.create_index(
            "calls_by_partition", ["date", "engine", "monitor_id", "purpose", "engine_id", "position"]
        )
    # The first version let a call fail three times, and sent an unknown one at most twice.
    op.execute("UPDATE calls SET failures = attempts WHERE state = 'failed'")
    op.execute("UPDATE calls SET possibly_paid = attempts WHERE state = 'unknown'")
    _rewrite(lambda spec: {"prompt_family": spec["prompt_id"], **spec})
    op.create_table(
        "spending",
        sa.Column("monitor_id", sa.String(64), primary_key=True),
        sa.Column("date", sa.Date, primary_key=True),
        sa.Column("spent_usd", sa.Float, nullable=False, server_default="0"),
        sa.Column("possible_usd", sa.Float, nullable=False, server_default="0"),
        sa.Column("reserved_usd", sa.Float, nullable=False, server_default="0"),
    )
    op.create_table(
        "refused_parameters",
        sa.Column("engine", sa.String(32), primary_key=True),
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("parameter", sa.String(64), primary_key=True),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Take the columns away.

    Raises:
        SetupError: there are calls that the first version would take for answers.
    """
    others = sa.text("SELECT count(*) FROM calls WHERE purpose <> 'answer'")
    if count := op.get_bind().execute(others).scalar():
        raise SetupError(
            f"{count} calls of canaries and experiments would count as answers there; keep this version, or "
            "restore a backup of that one"
        )
    _rewrite(lambda spec: {name: spec.get(name) for name in _FIRST})
    op.drop_table("refused_parameters")
    op.drop_table("spending")
    with op.batch_alter_table("calls") as calls:
        calls.drop_index("calls_by_partition")
        calls.create_index("calls_by_partition", ["date", "engine", "monitor_id"])
        for name in [
            "purpose",
            "position",
            "failures",
            "possibly_paid",
            "is_cached",
            "error_class",
            "reserved_usd",
            "reserved_on",
            "cost_usd",
            "cost_note",
        ]:
            calls.drop_column(name)


def _rewrite(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change what each call says of itself, a page in memory at a time."""
    connection, last = op.get_bind(), ""
    write = _CALLS.update().where(_CALLS.c.call_id == sa.bindparam("id")).values(spec=sa.bindparam("changed"))
    while True:
        query = _CALLS.select().where(_CALLS.c.call_id > last).order_by(_CALLS.c.call_id).limit(_PAGE)
        rows = connection.execute(query).all()
        if not rows:
            return
        connection.execute(write, [{"id": row.call_id, "changed": change(row.spec)} for row in rows])
        last = rows[-1].call_id
