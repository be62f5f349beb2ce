"""Measures of quality on real answers, one module a measure; ``tools/quality.py`` runs them."""
