"""Settings come from the environment, a secrets file or mounted secrets; a key never shows."""

from pathlib import Path

import pytest

from brand_monitor.deployment import KEYED_FAMILIES, Settings, current_settings, key_variable
from brand_monitor.failures import SetupError

KEY = "sk-very-secret-0123"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch) -> None:
    import os

    for name in list(os.environ):
        monkeypatch.delenv(name)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_settings_that_are_built_by_hand_read_nothing(home, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (home / ".env").write_text(f"ANTHROPIC_API_KEY={KEY}\n")
    settings = Settings(home)
    assert settings.access_of("openai") is None
    assert settings.access_of("anthropic") is None
    assert settings.variable("OPENAI_API_KEY") is None


def test_a_key_of_the_environment_opens_its_family_and_no_other(home, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    settings = current_settings(home)
    access = settings.access_of("openai")
    assert access is not None
    assert (access.base_url, access.key) == ("https://api.openai.com/v1", KEY)
    assert settings.why_disabled("openai") is None
    assert [family for family in KEYED_FAMILIES if settings.access_of(family)] == ["openai"]


@pytest.mark.parametrize("family", KEYED_FAMILIES)
def test_a_missing_key_disables_its_family_and_says_what_to_do(home, family):
    settings = Settings(home)
    assert settings.access_of(family) is None
    assert settings.why_disabled(family) == (
        f"{key_variable(family)} is not set: put it into the environment or into {home / '.env'}"
    )


@pytest.mark.parametrize("family", ["local", "grounded", "import", "litellm"])
def test_a_family_without_a_key_is_never_disabled(home, family):
    assert Settings(home).why_disabled(family) is None


def test_the_places_are_asked_in_order_and_the_origin_is_told(home, tmp_path, monkeypatch):
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "PERPLEXITY_API_KEY"):
        (mounted / name).write_text("from-folder\n")
    (home / ".env").write_text("OPENAI_API_KEY=from-file\nANTHROPIC_API_KEY='from-file'  # mine\n")
    monkeypatch.setenv("OPENAI_API_KEY", "from-environment")
    monkeypatch.setenv("BRAND_MONITOR_SECRETS_DIR", str(mounted))

    settings = current_settings(home)

    keys = {name: settings.access_of(name).key for name in ("openai", "anthropic", "perplexity")}
    assert keys == {
        "openai": "from-environment",
        "anthropic": "from-file",
        "perplexity": "from-folder",
    }
    assert settings.origin_of("OPENAI_API_KEY") == "the environment"
    assert settings.origin_of("ANTHROPIC_API_KEY") == str(home / ".env")
    assert settings.origin_of("PERPLEXITY_API_KEY") == str(mounted / "PERPLEXITY_API_KEY")
    assert settings.origin_of("GOOGLE_API_KEY") is None


def test_another_secrets_file_can_be_named_and_must_then_exist(home, tmp_path, monkeypatch):
    other = tmp_path / "secrets.env"
    monkeypatch.setenv("BRAND_MONITOR_SECRETS_FILE", str(other))
    with pytest.raises(SetupError, match=r"BRAND_MONITOR_SECRETS_FILE names .*secrets.env"):
        current_settings(home)
    other.write_text(f"export GEMINI_API_KEY={KEY}\n")
    assert current_settings(home).access_of("gemini").key == KEY


def test_a_folder_of_secrets_that_is_missing_is_an_error(home, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAND_MONITOR_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(SetupError, match="BRAND_MONITOR_SECRETS_DIR"):
        current_settings(home)


def test_a_name_never_leads_out_of_the_folder_of_secrets(home, tmp_path, monkeypatch):
    (tmp_path / "mounted").mkdir()
    (tmp_path / "outside").write_text(KEY)
    monkeypatch.setenv("BRAND_MONITOR_SECRETS_DIR", str(tmp_path / "mounted"))
    assert current_settings(home).variable("../outside") is None


def test_an_empty_variable_counts_as_absent(home, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", " ")
    monkeypatch.setenv("REDIS_URL", "")
    settings = current_settings(home)
    assert settings.access_of("openai") is None
    assert settings.redis_url is None


def test_the_name_of_googles_key_has_two_spellings(home, monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "second")
    assert current_settings(home).access_of("gemini").key == "second"
    monkeypatch.setenv("GOOGLE_API_KEY", "first")
    settings = current_settings(home)
    assert settings.access_of("gemini").key == "first"
    assert settings.origin_of("GEMINI_API_KEY") == "the environment"


def test_any_variable_can_hold_the_key_of_an_engine(home, monkeypatch):
    settings = current_settings(home)
    assert "MISTRAL_API_KEY is not set" in settings.why_disabled(
        "litellm", api_key_variable="MISTRAL_API_KEY"
    )
    monkeypatch.setenv("MISTRAL_API_KEY", KEY)
    settings = current_settings(home)
    assert settings.variable("MISTRAL_API_KEY").get_secret_value() == KEY
    assert settings.why_disabled("litellm", api_key_variable="MISTRAL_API_KEY") is None


def test_perplexity_can_be_switched_off_with_its_key_in_place(home, monkeypatch):
    monkeypatch.setenv("PERPLEXITY_API_KEY", KEY)
    assert current_settings(home).access_of("perplexity") is not None
    monkeypatch.setenv("FEATURE_PERPLEXITY_ENABLED", "false")
    settings = current_settings(home)
    assert settings.access_of("perplexity") is None
    assert "FEATURE_PERPLEXITY_ENABLED is false" in settings.why_disabled("perplexity")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_POOL_SIZE", "abc"),
        ("REDIS_POOL_SIZE", "0"),
        ("REDIS_URL", f"http://:{KEY}@host"),
        ("FEATURE_PERPLEXITY_ENABLED", "perhaps"),
        ("OPENAI_BASE_URL", "api.openai.com"),
        ("OPENAI_BASE_URL", f"https://me:{KEY}@host/v1"),
        ("OPENAI_API_KEY", f"{KEY} # a comment"),
        ("OPENAI_API_KEY", f"{KEY}\nX-Header: evil"),
        ("OPENAI_API_KEY", f"{KEY}é"),
    ],
)
def test_a_broken_value_is_named_and_never_shown(home, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=rf"^{name}, from the environment, ") as caught:
        current_settings(home)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None


def test_every_broken_value_is_named_at_once(home, monkeypatch):
    monkeypatch.setenv("REDIS_POOL_SIZE", "abc")
    (home / ".env").write_text("OPENAI_BASE_URL=nonsense\n")
    with pytest.raises(SetupError) as caught:
        current_settings(home)
    assert "REDIS_POOL_SIZE, from the environment" in str(caught.value)
    assert f"OPENAI_BASE_URL, from {home / '.env'}" in str(caught.value)


def test_a_broken_key_that_an_engine_names_is_an_error_without_the_key(home, monkeypatch):
    monkeypatch.setenv("OTHER_KEY", f"{KEY} {KEY}")
    with pytest.raises(SetupError, match=r"^OTHER_KEY, from the environment") as caught:
        current_settings(home).variable("OTHER_KEY")
    assert KEY not in str(caught.value)


def test_a_secrets_file_that_is_no_text_is_an_error(home):
    (home / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SetupError, match="cannot be read"):
        current_settings(home)


def test_no_key_shows_in_what_is_printed_or_dumped(home, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("REDIS_URL", f"rediss://:{KEY}@host:6379/0")
    monkeypatch.setenv("OTHER_KEY", KEY)
    (home / ".env").write_text(f"ANTHROPIC_API_KEY={KEY}\n")
    settings = current_settings(home)
    shown = [repr(settings), str(settings), repr(settings.variables), repr(settings.access_of("openai"))]
    shown += [repr(settings.variable("OTHER_KEY")), settings.model_dump_json()]
    assert [text for text in shown if KEY in text] == []


def test_the_home_is_absolute_and_named_by_a_variable(home, monkeypatch):
    monkeypatch.setenv("BRAND_MONITOR_HOME", str(home))
    assert current_settings().home == home
    monkeypatch.delenv("BRAND_MONITOR_HOME")
    monkeypatch.chdir(home)
    assert current_settings().home == home / "var"
    assert current_settings(Path("other")).home == home / "other"
