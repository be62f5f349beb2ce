"""The JSON schema of a monitor file, for editors: completion, descriptions, squiggles while typing.

Belongs here: deriving it from the models. Not here: any rule that the models do not have. An editor checks
types and names only; ``brand-monitor check`` also checks the rules between fields.
"""

import json

SCHEMA_FILE = "monitor.schema.json"


def schema_text() -> str:
    """Return the JSON schema (draft 2020-12) as the text of a file, the same for the same models."""
    from brand_monitor.monitor.models import Monitor

    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Monitor.model_json_schema(),
        "title": "Monitor file of brand-monitor",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
