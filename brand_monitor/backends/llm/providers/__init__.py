"""Hosted models, a file each: how a provider's requests, replies and errors look on the wire."""
