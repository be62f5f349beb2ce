"""Objects: bytes under keys. Embedded default: a folder."""
