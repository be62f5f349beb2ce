"""``.env.example`` lists what the code reads, and what became of every variable of the earlier design."""

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from brand_monitor import deployment
from brand_monitor.deployment import Settings, current_settings

EARLIER = """
    APP_ENV APP_DEBUG APP_SECRET_KEY DATABASE_URL DATABASE_POOL_SIZE DATABASE_MAX_OVERFLOW NEO4J_URI NEO4J_USER
    NEO4J_PASSWORD REDIS_URL REDIS_POOL_SIZE ELASTICSEARCH_URL ELASTICSEARCH_USER ELASTICSEARCH_PASSWORD S3_BUCKET
    S3_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY OPENAI_API_KEY GOOGLE_API_KEY ANTHROPIC_API_KEY
    PERPLEXITY_API_KEY CELERY_BROKER_URL CELERY_RESULT_BACKEND SENTRY_DSN DATADOG_API_KEY FEATURE_NEW_CLASSIFIER
    FEATURE_PERPLEXITY_ENABLED AWS_REGION ECR_REGISTRY EKS_CLUSTER AWS_ACCESS_KEY_ID_PROD
    AWS_SECRET_ACCESS_KEY_PROD DATABASE_PASSWORD DATABASE_HOST
"""
# Setting a variable for a library or a child process is no reading.
READING = re.compile(r"getenv|os\.environ(?!\.setdefault\(|\[[^]]+\] = )")


@pytest.fixture
def example(root: Path) -> Path:
    return root / ".env.example"


def read_by_the_code() -> set[str]:
    switches = {value for name, value in vars(deployment).items() if name.endswith("_VARIABLE")}
    fields = {name.upper() for name in Settings.model_fields.keys() - {"home", "variables"}}
    return switches | fields | {"GEMINI_API_KEY"}


def test_the_file_lists_exactly_the_variables_that_the_code_reads(example):
    assert set(dotenv_values(example)) == read_by_the_code()


def test_the_file_works_as_it_stands(example, tmp_path, monkeypatch):
    for name in read_by_the_code():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BRAND_MONITOR_SECRETS_FILE", str(example))
    settings = current_settings(tmp_path)
    assert settings.model_dump() == Settings(tmp_path).model_dump()


def test_every_variable_of_the_earlier_design_has_its_word(example):
    text = example.read_text(encoding="utf-8")
    told = set(re.findall(r"(?m)^(?:# )?([A-Z][A-Z0-9_]+)(?:=|  +\S)", text))
    assert set(EARLIER.split()) - told == set()


def test_one_module_reads_the_environment(root):
    found = {
        str(file.relative_to(root))
        for file in (root / "brand_monitor").rglob("*.py")
        if READING.search(_code(file))
    }
    assert found == {"brand_monitor/deployment.py"}


def _code(file: Path) -> str:
    return re.sub(r"``.*?``|#.*", "", file.read_text(encoding="utf-8"))
