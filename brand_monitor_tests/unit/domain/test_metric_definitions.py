"""The registry of definitions: every published number has one, and it says what the number is."""

import pytest

from brand_monitor.domain.definitions import DEFINITIONS, current, definition_of
from brand_monitor.failures import UnknownNameError


def test_a_definition_is_found_by_id_and_version():
    found = definition_of("visibility@1")
    assert (found.id, found.version, found.kind) == ("visibility", 1, "rate")


def test_the_current_version_of_a_metric_is_the_newest_one():
    newest = max((one for one in DEFINITIONS if one.id == "visibility"), key=lambda one: one.version)
    assert current("visibility") == newest


def test_an_unknown_definition_names_the_known_ones():
    with pytest.raises(UnknownNameError, match=r"visibility@99.*share_of_voice@1"):
        definition_of("visibility@99")


def test_an_unknown_metric_names_the_known_ones():
    with pytest.raises(UnknownNameError, match=r"fame.*visibility"):
        current("fame")


def test_no_two_definitions_share_id_and_version():
    keys = [one.key for one in DEFINITIONS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("one", DEFINITIONS, ids=lambda one: one.key)
def test_a_definition_says_everything_a_reader_needs(one):
    assert all([one.name, one.formula, one.unit, one.interval, one.note])
    assert (one.kind == "descriptive") == one.interval.startswith("none")
