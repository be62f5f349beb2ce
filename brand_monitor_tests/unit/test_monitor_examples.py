"""The files that are shipped or written for a person to start from are valid and current."""

import json
import re
from pathlib import Path

import pytest

from brand_monitor.failures import MonitorFileError
from brand_monitor.monitor.json_schema import SCHEMA_FILE, schema_text
from brand_monitor.monitor.loader import check_file, load_monitor, load_monitors
from brand_monitor.monitor.models import EngineSpec
from brand_monitor.monitor.starter import write_demo, write_example

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "product-answers"


def test_the_starter_is_a_valid_monitor_with_the_name_that_was_asked_for(tmp_path):
    path = write_example("my-shoes", tmp_path / "monitors" / "my-shoes.yaml")

    assert load_monitor(path).id == "my-shoes"
    assert path.read_text().startswith(f"# yaml-language-server: $schema={SCHEMA_FILE}\n")
    assert (path.parent / SCHEMA_FILE).read_text() == schema_text()
    assert list(load_monitors(path.parent)) == ["my-shoes"]


def test_what_the_starter_shows_in_comments_is_valid_too(tmp_path):
    path = write_example("shoes", tmp_path / "shoes.yaml")
    top = r"sites:|  - id:|    (?:base_url|pages):|budget:|  (?:day|month)_usd:"
    nested = r"- id:|  (?:family|repeats|top_k|model|web|requests_per_minute|canaries|paraphrases):"
    text = re.sub(rf"^# ({top})", r"\1", path.read_text(), flags=re.MULTILINE)
    text = re.sub(rf"^  (  )?# ({nested}|paraphrases:)", r"  \1\2", text, flags=re.MULTILINE)
    path.write_text(text)

    assert check_file(path) == []
    monitor = load_monitor(path)
    assert [engine.family for engine in monitor.engines] == ["local", "grounded", "openai", "import"]
    assert monitor.budget.day_usd == 5
    assert len(monitor.questions) == len(monitor.prompts) + 1
    assert monitor.sites[0].urls[0] == "https://reviews.example/running-shoes"


def test_the_starter_is_never_written_over_a_file(tmp_path):
    path = tmp_path / "shoes.yaml"
    path.write_text("mine")

    with pytest.raises(MonitorFileError, match="exists already and was left as it is"):
        write_example("shoes", path)

    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["Shoes", "../shoes", "", "a" * 64, "shoes\n"])
def test_a_name_that_is_no_identifier_writes_nothing(tmp_path, name):
    with pytest.raises(MonitorFileError, match="must be lower-case letters"):
        write_example(name, tmp_path / "file.yaml")
    assert not list(tmp_path.iterdir())


def test_the_demo_monitor_is_written_again_so_that_it_is_always_the_current_one(tmp_path):
    path = write_demo(tmp_path)
    path.write_text("old")

    assert write_demo(tmp_path) == path
    assert load_monitor(path).id == "demo"
    assert list(load_monitors(tmp_path)) == ["demo"]


def test_the_example_of_imported_answers_is_valid_and_asks_nobody():
    monitor = load_monitor(EXAMPLE / "product-answers.yaml")

    assert {engine.family for engine in monitor.engines} == {"import"}
    assert len(monitor.prompts) == 32
    assert not any(prompt.branded for prompt in monitor.prompts)


def test_the_examples_of_the_page_on_monitor_files_are_one_valid_file(tmp_path):
    page = (ROOT / "docs" / "monitors.md").read_text()
    path = tmp_path / "shoes.yaml"
    path.write_text("\n".join(re.findall(r"(?ms)^```yaml\n(.*?)^```", page)))

    assert check_file(path) == []
    monitor = load_monitor(path)
    assert "4 wordings x 2\npeople = 8 questions" in page
    assert len(monitor.prompts[0].questions) == 8
    assert all(f"`{one}`" in page for one in set(EngineSpec.model_fields) - {"id", "family"})


def test_the_exported_schema_is_current_and_accepts_the_examples():
    import yaml
    from jsonschema import Draft202012Validator

    exported = ROOT / "docs" / SCHEMA_FILE
    assert exported.read_text() == schema_text(), "run `make docs`"
    schema = json.loads(exported.read_text())
    Draft202012Validator.check_schema(schema)
    for path in [EXAMPLE / "product-answers.yaml", *(ROOT / "brand_monitor/monitor/examples").glob("*.yaml")]:
        Draft202012Validator(schema).validate(yaml.safe_load(path.read_text()))
