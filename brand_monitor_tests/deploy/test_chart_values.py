"""The values: every setting of the product can be given, and what cannot work is refused with a reason."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from brand_monitor.deployment import Settings, current_settings
from brand_monitor_tests.deploy.charting import CHART, Refused, one, render

SCHEMA = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
#: Given by the chart itself.
OF_THE_CHART = {
    "BRAND_MONITOR_HOME",
    "BRAND_MONITOR_SECRETS_DIR",
    "BRAND_MONITOR_SECRETS_FILE",
    "DATABASE_POOLER",
}
#: In the Secret: what names a password or a key, or holds one in an address.
SECRET = {
    "ANTHROPIC_API_KEY",
    "DAGSTER_DATABASE_URL",
    "DATABASE_URL",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "NEO4J_PASSWORD",
    "NOTIFY_SLACK_URL",
    "NOTIFY_WEBHOOK_URL",
    "OPENAI_API_KEY",
    "OPENSEARCH_PASSWORD",
    "PERPLEXITY_API_KEY",
    "REDIS_URL",
    "SMTP_URL",
}


def test_every_variable_of_the_product_is_a_value_or_a_key_of_the_secret(root: Path) -> None:
    settings = set(SCHEMA["properties"]["settings"]["properties"])
    assert settings | SECRET | OF_THE_CHART == set(dotenv_values(root / ".env.example"))
    assert not settings & SECRET


def test_what_is_secret_in_the_code_is_no_value() -> None:
    secret = {
        name.upper() for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)
    }
    assert {*secret, "GEMINI_API_KEY"} == SECRET


def test_settings_reach_the_product_as_they_were_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "S3_BUCKET": "lake",
        "S3_PREFIX": "production/",
        "NEO4J_URI": "neo4j+s://graph.example.com:7687",
        "DATABASE_POOL_SIZE": 3,
        "FEATURE_PERPLEXITY_ENABLED": False,
        "SCHEDULE_TIMEZONE": "Europe/Berlin",
    }
    for name, value in one(render(settings=given), "ConfigMap", "environment")["data"].items():
        monkeypatch.setenv(name, value)
    settings = current_settings(tmp_path)
    for name, value in given.items():
        assert getattr(settings, name.lower()) == value


def test_the_schema_refers_to_nothing_outside() -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            here = [node["$ref"]] if "$ref" in node else []
            return here + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    assert {reference.partition("/")[0] for reference in references(SCHEMA)} == {"#"}


def test_the_schema_knows_every_value_and_no_other() -> None:
    def compare(values: dict[str, Any], schema: dict[str, Any], path: str) -> None:
        assert schema.get("additionalProperties") is False, path
        for name, value in values.items():
            assert name in schema["properties"], f"{path}.{name}"
            below = schema["properties"][name]
            if isinstance(value, dict) and "properties" in below:
                compare(value, below, f"{path}.{name}")

    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    compare(values, SCHEMA, "")
    assert set(SCHEMA["properties"]) - set(values) == {"global"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"typo": 1},
        {"settings": {"S3_BUKET": "lake"}},
        {"settings": {"OPENAI_API_KEY": "sk-1"}},
        {"settings": {"S3_BUCKET": "Not A Bucket"}},
        {"settings": {"NEO4J_URI": "bolt://neo4j:password@graph:7687"}},
        {"settings": {"OPENSEARCH_URL": "https://user:password@search"}},
        {"settings": {"BRAND_MONITOR_ENV": "prod"}},
        {"settings": {"DATABASE_POOL_SIZE": "five"}},
        {"image": {"tag": "latest"}},
        {"image": {"digest": "abc"}},
        {"image": {"repository": "registry/Brand Monitor"}},
        {"concurrency": {"maxConcurrentRuns": 0}},
        {"webserver": {"replicas": "two"}},
        {"webserver": {"resources": {"limits": {"memory": ["1Gi"]}}}},
        {"webserver": {"resources": {"request": {"cpu": "1"}}}},
        {"runs": {"priorityClass": {"value": 1000}}},
        {"runs": {"terminationGracePeriodSeconds": 600}},
        {
            "networkPolicy": {
                "servers": [{"name": "x", "cidr": "10.0.0.0/16", "ports": [5432], "for": ["everybody"]}]
            }
        },
        {"monitors": {"files": {"../escape": "x"}}},
    ],
    ids=json.dumps,
)
def test_the_schema_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="don't meet the specifications of the schema"):
        render(**wrong)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"settings": {"S3_BUCKET": ""}}, "settings.S3_BUCKET is required"),
        ({"secrets": {"existingSecret": ""}}, "secrets.existingSecret or secrets.externalSecret is required"),
        ({"secrets": {"externalSecret": {"enabled": True}}}, "exclude each other"),
        ({"secrets": {"existingSecret": "", "externalSecret": {"enabled": True}}}, "needs storeRef.name"),
        ({"ephemeral": {"graph": False}}, "an embedded graph cannot be shared by pods"),
        ({"ephemeral": {"search": False}}, "an embedded index cannot be shared by pods"),
        ({"monitors": {"files": {"a.yaml": "x"}, "existingConfigMap": "y"}}, "exclude each other"),
        ({"runs": {"activeDeadlineSeconds": 3600}}, "must be longer than monitoring.maxRuntimeSeconds"),
        ({"ingress": {"enabled": True, "className": "alb"}}, "needs ingress.host or ingress.readOnlyHost"),
        ({"ingress": {"enabled": True, "host": "a.example.com"}}, "ingress.className is required"),
        (
            {"ingress": {"host": "a.example.com"}, "webserver": {"enabled": False}},
            "ingress.host needs webserver.enabled",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_reason(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        render(**wrong)


def test_a_server_makes_its_embedded_stand_in_needless() -> None:
    servers = {"NEO4J_URI": "neo4j+s://graph:7687", "OPENSEARCH_URL": "https://search:9200"}
    assert render(settings=servers, ephemeral={"graph": False, "search": False})
