"""Prints the sources in an environment that the image's processes import, for ``trim.sh`` to compile.

A root file system that cannot be written keeps no bytecode, so what lacks it is compiled in every process
that imports it; bytecode of everything would be 50 MB more. Belongs here: what is imported at the start of a
process, and late, when a server or a model is first asked. Only the standard library is imported at the top:
this file runs in the image's build, without the project. ``test_image.py`` fails with the missing names.
"""

import importlib
import os
import sys
import sysconfig
import warnings
from pathlib import Path

#: Used in most of their parts, late too: whole.
WHOLE = ("dagster", "dbt", "dbt_common", "openai", "pandera", "sqlparse", "tenacity")
#: What a process imports at its start: servers, daemon, run pod, migrations, command line, dbt.
PROCESSES = (
    "alembic.command",
    "dagster._cli",
    "dagster._daemon.cli",
    "dagster._grpc.server",
    "dagster_dbt",
    "dagster_webserver.cli",
    "dagster_webserver.webserver",
    "dbt.adapters.duckdb.environments.local",
    "dbt.cli.main",
    "rich",
    "typer",
)
#: What they import late, when a site, a server or a model is first asked.
CLIENTS = (
    "ada_url",
    "ahocorasick_rs",
    "aiohttp",
    "altair",
    "babel.dates",
    "boto3",
    "daff",
    "dagster_aws.s3",
    "dagster_k8s",
    "dagster_postgres",
    "duckdb",
    "jiter",
    "ladybug",
    "litellm",
    "litellm.integrations.prometheus_services",
    "litellm.llms.litellm_proxy.chat.transformation",
    "litellm.proxy._types",
    "narwhals._interchange.dataframe",
    "neo4j",
    "opensearchpy",
    "pandera.polars",
    "polars._utils.parquet",
    "protego",
    "psycopg",
    "psycopg2",
    "publicsuffixlist",
    "redis",
    "scipy.sparse.linalg",
    "scipy.special",
    "scipy.stats",
    "sqlglot",
    "tantivy",
    "tokenizers",
    "trafilatura",
    "upath.implementations.local",
    "uvloop",
    "vl_convert",
    "warcio",
)


def main() -> None:
    """Import every name and print the files of what that brought and of the whole packages, one a line."""
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks the network for prices
    for name in (*PROCESSES, *CLIENTS):
        importlib.import_module(name)
    root = Path(sysconfig.get_path("purelib"))
    files = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
    imported = {Path(file) for file in files if file.startswith(f"{root}/") and file.endswith(".py")}
    whole = {file for package in WHOLE for file in (root / package).rglob("*.py")}
    print("\n".join(sorted(map(str, imported | whole))))


if __name__ == "__main__":
    main()
