"""``doctor`` finds what is missing, says what to do, and changes nothing."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from brand_monitor.cli import checkup
from brand_monitor.cli.app import app
from brand_monitor.cli.checks import stores
from brand_monitor.deployment import Settings, current_settings
from brand_monitor.monitor.starter import write_example


@pytest.fixture
def settings(tmp_path) -> Settings:
    settings = Settings(tmp_path / "home")
    write_example("shoes", settings.monitors_dir / "shoes.yaml")
    return settings


def finding(settings: Settings, name: str) -> checkup.Finding:
    (found,) = [one for one in checkup.examine(settings) if one.name == name]
    return found


def test_a_fresh_installation_has_nothing_missing_but_what_the_first_run_makes(settings):
    found = {one.name: one.status for one in checkup.examine(settings)}

    assert found["python"] == found["deployment"] == found["monitors"] == found["lake"] == "ok"
    assert found["journal"] == found["dagster"] == found["reports"] == "note"


def test_doctor_names_what_is_missing_with_what_to_do_and_is_code_4(tmp_path):
    done = CliRunner().invoke(app, ["--home", str(tmp_path / "none"), "doctor"])

    assert done.exit_code == 4
    assert "missing monitors" in done.stdout
    assert "write one with `brand-monitor init NAME`" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_monitor_file_is_missing_set_up_not_a_crash(settings):
    (settings.monitors_dir / "bad.yaml").write_text("id: [")
    found = finding(settings, "monitors")
    assert (found.status, found.detail) == ("missing", "1 problem in monitor files")
    assert found.advice == "run `brand-monitor check`"


def test_a_full_disk_is_noticed_before_the_run(settings, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=5_000_000))
    found = finding(settings, "lake")
    assert found.status == "note"
    assert "0.0 GB free" in found.detail
    assert "make room" in found.advice


def test_a_lake_that_cannot_be_written_is_noticed(settings, monkeypatch):
    monkeypatch.setattr(stores.os, "access", lambda _path, _mode: False)
    assert finding(settings, "lake").status == "missing"


def test_a_damaged_journal_is_noticed_and_a_whole_one_is_measured(settings):
    path = settings.state_dir / "journal.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE calls (id TEXT)")
        connection.commit()
    assert finding(settings, "journal").status == "ok"

    path.write_bytes(b"this is no database" * 100)
    found = finding(settings, "journal")
    assert found.status == "missing"
    assert "not a database" in found.detail


def test_a_missing_dbt_manifest_is_noticed(settings, monkeypatch):
    from brand_monitor.defs import marts

    monkeypatch.setattr(marts, "MANIFEST", Path("/nowhere/manifest.json"))
    found = finding(settings, "dbt project")
    assert (found.status, found.advice) == ("missing", "run `make setup`")


def test_a_check_that_breaks_is_a_finding_too(settings, monkeypatch):
    def broken(_settings):
        raise RuntimeError("cannot look")

    monkeypatch.setattr(checkup, "_CHECKS", (broken,))
    (found,) = checkup.examine(settings)
    assert (found.name, found.status, found.detail) == ("broken", "missing", "RuntimeError: cannot look")


@pytest.mark.parametrize(("family", "status"), [("local", "missing"), ("import", "note")])
def test_a_missing_model_matters_only_where_an_engine_needs_it(settings, monkeypatch, family, status):
    from brand_monitor.backends.llm import embedded_model

    monkeypatch.setattr(embedded_model, "_PACKAGE", "no_such_package")
    path = settings.monitors_dir / "shoes.yaml"
    if family == "import":
        path.write_text(
            path.read_text().split("engines:")[0] + "engines: [{id: a, family: import, model: A}]\n"
        )

    found = finding(settings, "model")

    assert (found.status, found.advice) == (status, "run `make setup`")


HOSTED = """sites: [{id: press, pages: ["https://press.example/"]}]
engines:
  - {id: gpt, family: openai, model: gpt-6-luna}
  - {id: read, family: grounded, model: anthropic/claude-9}
  - {id: own, family: litellm, model: openai/small, base_url: "http://127.0.0.1:1/v1", api_key_variable: OWN_KEY}
  - {id: free, family: litellm, model: ollama/small}
"""
SECRET = "sk-not-to-be-shown"


@pytest.fixture
def hosted(settings) -> Settings:
    path = settings.monitors_dir / "shoes.yaml"
    path.write_text(path.read_text().split("engines:")[0] + HOSTED)
    return settings


def test_a_hosted_engine_without_a_key_is_missing_with_what_to_do(hosted):
    found = finding(hosted, "engine gpt")
    assert (found.status, found.detail) == (
        "missing",
        "shoes: openai gpt-6-luna: disabled, OPENAI_API_KEY is not set",
    )
    assert found.advice == f"put it into the environment or into {hosted.home / '.env'}"
    assert "ANTHROPIC_API_KEY is not set" in finding(hosted, "engine read").detail
    assert "OWN_KEY is not set" in finding(hosted, "engine own").detail


def test_an_engine_that_needs_no_key_is_well(hosted):
    found = finding(hosted, "engine free")
    assert (found.status, found.detail) == ("ok", "shoes: litellm ollama/small, asked without a key")


def test_a_key_is_found_where_it_stands_and_never_shown(hosted, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    (hosted.home / ".env").write_text(f"ANTHROPIC_API_KEY={SECRET}\nOWN_KEY={SECRET}\n")
    (hosted.home / ".env").chmod(0o600)

    done = CliRunner().invoke(app, ["--home", str(hosted.home), "doctor"])

    assert "engine gpt   shoes: openai gpt-6-luna, OPENAI_API_KEY from the environment" in done.stdout
    assert f"ANTHROPIC_API_KEY from {hosted.home / '.env'}" in done.stdout
    assert f"OWN_KEY from {hosted.home / '.env'}" in done.stdout
    assert SECRET not in done.output
    assert "secrets" not in done.stdout


def test_an_engine_that_is_switched_off_says_so(hosted, monkeypatch):
    path = hosted.monitors_dir / "shoes.yaml"
    path.write_text(
        path.read_text().split("engines:")[0] + "engines: [{id: p, family: perplexity, model: sonar}]\n"
    )
    found = finding(
        Settings(hosted.home, perplexity_api_key=SECRET, feature_perplexity_enabled=False), "engine p"
    )
    assert found.status == "missing"
    assert "FEATURE_PERPLEXITY_ENABLED is false" in found.detail


def test_a_hosted_model_behind_our_own_retrieval_needs_no_embedded_one(hosted, monkeypatch):
    from brand_monitor.backends.llm import embedded_model

    monkeypatch.setattr(embedded_model, "_PACKAGE", "no_such_package")
    assert finding(hosted, "model").status == "note"


def test_a_secrets_file_that_others_can_read_is_noticed(settings):
    (settings.home / ".env").write_text(f"OPENAI_API_KEY={SECRET}\n")
    (settings.home / ".env").chmod(0o644)
    found = finding(current_settings(settings.home), "secrets")
    assert (found.status, found.advice) == ("note", f"run `chmod 600 {settings.home / '.env'}`")


def test_a_redis_is_looked_at_only_where_one_is_configured(settings, own_redis):
    assert "redis" not in {one.name for one in checkup.examine(settings)}
    server = own_redis()
    with_redis = Settings(settings.home, redis_url=server.url)
    here = finding(with_redis, "redis")
    server.kill()
    away = finding(with_redis, "redis")
    assert (here.status, away.status) == ("ok", "missing")
    assert f"redis://127.0.0.1:{server.port}/0" in here.detail
    assert away.advice == "start it, or correct REDIS_URL"
    assert server.password not in here.detail + away.detail
