"""Monitor files: pydantic models, the loader that names every error, examples."""
