"""The checksum of a frame tells equal content from other content."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brand_monitor.backends.checksums import frame_checksum, receipt

FRAME = pl.DataFrame({"id": ["a", "b", "c"], "weight": [1.0, 2.5, None], "on": [date(2026, 11, 24)] * 3})


def test_the_value_of_a_known_frame_never_changes():
    assert frame_checksum(FRAME) == "9986e2ff68a883b97ea12cb81ddbb28df53fcd8bce4303d19bfa5f42f5a5c4ba"


def test_the_order_of_rows_and_columns_does_not_matter():
    assert frame_checksum(FRAME.reverse()) == frame_checksum(FRAME)
    assert frame_checksum(FRAME.select("on", "weight", "id")) == frame_checksum(FRAME)


@pytest.mark.parametrize(
    "other",
    [
        FRAME.head(2),
        FRAME.head(0),
        pl.concat([FRAME, FRAME.head(1)]),
        FRAME.rename({"weight": "score"}),
        FRAME.with_columns(weight=pl.col("weight") + 1e-9),
        FRAME.with_columns(weight=pl.col("weight").fill_null(0.0)),
        FRAME.with_columns(id=pl.col("id").str.to_uppercase()),
        FRAME.drop("weight"),
    ],
)
def test_other_content_has_another_checksum(other):
    assert frame_checksum(other) != frame_checksum(FRAME)


def test_text_cannot_be_shifted_between_cells_and_rows():
    one = pl.DataFrame({"a": ["x", "y"], "b": ["p\n", ""]})
    other = pl.DataFrame({"a": ["x", "y"], "b": ["p", "\n"]})
    assert frame_checksum(one) != frame_checksum(other)
    assert frame_checksum(pl.DataFrame({"a": ['x","y']})) != frame_checksum(pl.DataFrame({"a": ["x", "y"]}))


def test_every_type_of_the_schemas_has_a_canonical_form():
    frame = pl.DataFrame(
        {
            "at": [datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)],
            "took": [timedelta(milliseconds=12)],
            "clock": [time(1, 2)],
            "bytes": [b"\x00\xff"],
            "cost": [Decimal("1.20")],
            "urls": [["http://a.example/", None]],
            "nested": [{"x": 1, "y": [True, None]}],
            "odd": [float("nan")],
        }
    )
    assert frame_checksum(frame) == frame_checksum(frame.clone())
    assert len(frame_checksum(frame)) == 64


def test_python_objects_are_refused():
    with pytest.raises(TypeError, match="no canonical form"):
        frame_checksum(pl.DataFrame({"a": pl.Series([{1, 2}], dtype=pl.Object)}))


def test_a_receipt_is_a_row_of_its_table():
    from brand_monitor.schemas.graph import ProjectionReceipts

    row = receipt(date(2026, 11, 24), "shoes", "nodes", 3, FRAME)
    ProjectionReceipts.validate(pl.DataFrame([row]))
    assert (row["rows"], row["checksum"]) == (3, frame_checksum(FRAME))


ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.text(max_size=8), "n": st.none() | st.integers(-9, 9), "weight": st.floats(width=64)}
    ),
    max_size=12,
)
SCHEMA = {"id": pl.String, "n": pl.Int64, "weight": pl.Float64}


@settings(deadline=None)
@given(rows=ROWS, dice=st.randoms(use_true_random=False))
def test_shuffled_rows_have_the_same_checksum(rows, dice):
    shuffled = rows.copy()
    dice.shuffle(shuffled)
    assert frame_checksum(pl.DataFrame(rows, SCHEMA)) == frame_checksum(pl.DataFrame(shuffled, SCHEMA))
