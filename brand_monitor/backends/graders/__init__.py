"""Graders of sentiment that need a model: an embedded encoder, or any engine."""
