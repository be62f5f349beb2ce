"""Language models: questions in, raw payloads out. Embedded default: a small model in a child process."""
