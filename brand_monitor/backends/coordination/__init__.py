"""Coordination: what processes share while they ask: limits, pauses, cached answers. SQL, Redis or memory."""
