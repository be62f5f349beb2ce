"""Pure functions: no Dagster, no input or output, no clock. What this project exists for."""
