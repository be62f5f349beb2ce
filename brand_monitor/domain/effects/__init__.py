"""Effects of sources: what experiments say of which source makes a model name a brand.

Belongs here: the estimation from the answers of an experiment, pure and seeded. Not here: designs
(``domain.designs``), and what was merely observed (``domain.influence``).

Every figure holds for one model on one frozen context, see ``SCOPE_NOTE``.
"""

from brand_monitor.domain.effects.notes import EFFECT_REASONS, ESTIMATORS, METHODS, SCOPE_NOTE, SCOPES
from brand_monitor.domain.effects.tables import source_effects

__all__ = ["EFFECT_REASONS", "ESTIMATORS", "METHODS", "SCOPES", "SCOPE_NOTE", "source_effects"]
