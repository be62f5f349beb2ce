"""The documents are current, their links lead somewhere, and the commands in them exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from typer.main import get_command

from brand_monitor.cli.app import app
from tools import docs
from tools.pages.asset_graph import BEGIN, END, without_shortcuts

LINK = re.compile(r"""!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)\"""")
FENCE = re.compile(r"(?ms)^```(\w*)\n(.*?)^```")


def documents(root: Path) -> list[Path]:
    folders = [root / "docs", root / "examples"]
    return [*root.glob("*.md"), *(file for folder in folders for file in sorted(folder.rglob("*.md")))]


def anchors(file: Path) -> set[str]:
    """Return the fragments that GitHub makes of the headings of a file."""
    headings = re.findall(r"(?m)^#+ (.+)$", file.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(file: Path) -> Iterator[str]:
    """Yield where the links and pictures of a file lead, Markdown and HTML."""
    for markdown, html in LINK.findall(file.read_text(encoding="utf-8")):
        yield markdown or html


def broken_links(file: Path) -> Iterator[str]:
    for link in links(file):
        path, _, fragment = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = file.parent / unquote(path) if path else file
        if not target.exists() or (fragment and fragment not in anchors(target)):
            yield link


def test_the_generated_pages_are_current() -> None:
    assert docs.stale() == [], "run `make docs`"


def test_every_local_link_leads_to_a_file_and_a_heading(root: Path) -> None:
    broken = {str(file.relative_to(root)): list(broken_links(file)) for file in documents(root)}
    assert {file: links for file, links in broken.items() if links} == {}


def test_a_broken_link_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# One two\n[a](page.md#one-two) [b](#three) [c](none.md) [d](https://example.org/x)\n"
        '<img src="no.png">\n'
    )
    assert list(broken_links(page)) == ["#three", "none.md", "no.png"]


@pytest.fixture
def scratch(root: Path, tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path


def test_a_stale_page_is_named_with_the_command_that_writes_it(
    scratch: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert docs.main(["--check"], scratch) == 1
    assert docs.main([], scratch) == 0
    assert docs.main(["--check"], scratch) == 0
    (scratch / "docs" / "metrics.md").write_text("edited by hand\n")
    capsys.readouterr()
    assert docs.main(["--check"], scratch) == 1
    assert capsys.readouterr().err == "docs/metrics.md is stale: run `make docs`\n"


def test_only_stale_pages_are_written(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs.main([], scratch)
    (scratch / "docs" / "cli.md").unlink()
    capsys.readouterr()
    docs.main([], scratch)
    assert capsys.readouterr().out == "docs/cli.md\n"


def test_every_table_of_the_registry_has_its_section_and_its_columns(root: Path) -> None:
    from brand_monitor.schemas.registry import REGISTRY, polars_schema

    text = (root / "docs/tables.md").read_text(encoding="utf-8")
    sections = {part.partition("\n")[0]: part for part in text.split("\n## ")[1:]}
    assert list(sections) == list(REGISTRY)
    for table, section in sections.items():
        assert re.findall(r"(?m)^\| `(\w+)` \|", section) == list(polars_schema(table))


def test_the_asset_graph_shows_every_table_between_its_markers(root: Path) -> None:
    from brand_monitor.schemas.registry import REGISTRY

    text = (root / "docs/architecture.md").read_text(encoding="utf-8")
    chart = text.partition(BEGIN)[2].partition(END)[0]
    assert set(re.findall(r"(\w+)\[\"\w+\"\]", chart)) == {table.replace("/", "_") for table in REGISTRY}


def test_an_arrow_that_others_lead_to_is_left_out_of_the_chart_and_no_other() -> None:
    inputs = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["a"]}
    assert without_shortcuts(inputs) == {"a": set(), "b": {"a"}, "c": {"b"}, "d": {"a"}}


def test_every_command_line_in_a_document_exists_with_its_options(root: Path) -> None:
    """Parsed, not run: a command that was renamed or lost an option is noticed."""
    lines = [(file.name, line) for file in documents(root) for line in command_lines(file)]
    assert len({line.split()[1] for _, line in lines}) >= 5
    assert {(name, line): problem for name, line in lines if (problem := problem_of(line))} == {}


def command_lines(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    code = [
        *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text),
        *(body for kind, body in FENCE.findall(text) if kind == "sh"),
    ]
    for block in code:
        for line in block.splitlines():
            command = line.partition("#")[0].strip()
            if re.match(r"brand-monitor \S", command):
                yield command


def problem_of(line: str) -> str | None:
    """Return what is wrong with a command line, None if it names a command and options that exist."""
    group: Any = get_command(app)
    words = line.split()[1:]
    name = next((word for word in words if word in group.commands), None)
    if name is None and not words[0].startswith("-"):
        return "no such command"
    commands = [group, *([group.commands[name]] if name else [])]
    below = getattr(commands[-1], "commands", {})
    commands += [below[word] for word in words if word in below]
    known = {option for command in commands for param in command.params for option in param.opts} | {"--help"}
    unknown = [word for word in words if word.startswith("--") and word not in known]
    return f"no option {', '.join(unknown)}" if unknown else None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("brand-monitor --help", None),
        ("brand-monitor --home var run --rederive", None),
        ("brand-monitor runn", "no such command"),
        ("brand-monitor run --redrive", "no option --redrive"),
    ],
)
def test_a_wrong_command_line_would_be_noticed(line: str, problem: str | None) -> None:
    assert problem_of(line) == problem


def test_the_python_in_the_readme_uses_what_the_notebook_api_has(root: Path) -> None:
    from brand_monitor.notebook import Installation

    blocks = [
        body
        for kind, body in FENCE.findall((root / "README.md").read_text(encoding="utf-8"))
        if kind == "python"
    ]
    assert blocks
    for block in blocks:
        calls = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Attribute)]
        used = {node.attr for node in calls if isinstance(node.value, ast.Name) and node.value.id == "home"}
        assert used
        assert used <= set(dir(Installation))


def test_every_picture_is_small_and_shown_somewhere(root: Path) -> None:
    sizes = {file.name: file.stat().st_size for file in (root / "docs/images").glob("*.png")}
    shown = {link.rpartition("/")[2] for file in documents(root) for link in links(file)}
    assert {name: size for name, size in sizes.items() if size >= 300_000} == {}
    assert set(sizes) - shown == set()
