"""Dagster resource of the grader that judges where a monitor names no judge: it asks nobody."""

import dagster as dg

from brand_monitor.backends.graders.embedding import EmbeddingGrader
from brand_monitor.domain.sentiment import Grader, LexiconGrader


class Graders(dg.ConfigurableResource[Grader]):
    """The lexicon, or the sentence encoder with its head where the new classifier is switched on."""

    new_classifier: bool = False

    def create_resource(self, context: dg.InitResourceContext) -> Grader:  # noqa: ARG002 - Dagster's signature
        """Return the grader; the encoder is loaded with the first answer that it judges."""
        return EmbeddingGrader() if self.new_classifier else LexiconGrader()
