"""docs/monitor.schema.json: the schema of a monitor file, for editors."""

from brand_monitor.monitor.json_schema import schema_text


def render() -> str:
    """Return the text of the file."""
    return schema_text()
