"""The words of ``experiments/source_effects``: methods, estimators, reasons, and the sentence on its reach.

Belongs here: ids and texts. Ids are stored in tables and never change their meaning. Not here: the rules that
raise them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

Method = Literal["leave_one_out", "surrogate", "shapley", "position"]
METHODS: Final[tuple[Method, ...]] = ("leave_one_out", "surrogate", "shapley", "position")

Estimator = Literal["paired", "least_squares", "l1", "exact", "kernel", "mean_over_prompts"]
ESTIMATORS: Final[tuple[Estimator, ...]] = (
    "paired",
    "least_squares",
    "l1",
    "exact",
    "kernel",
    "mean_over_prompts",
)

SCOPES: Final = ("prompt", "pooled")

#: Definition of the figure of each method.
DEFINITION_KEYS: Final[Mapping[Method, str]] = MappingProxyType(
    {
        "leave_one_out": "leave_one_out_effect@1",
        "surrogate": "surrogate_weight@1",
        "shapley": "shapley_value@1",
        "position": "position_effect@1",
    }
)

#: Travels with every effect, as a column: figures are copied without their documentation.
SCOPE_NOTE: Final = "This model on this frozen context, not the consumer product."

EFFECT_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "no_pairs": "No replicate has a usable answer both with and without the source.",
        "few_masks": "Too few answered masks for an interval: at least 3 more than sources are needed. "
        "The weight is the shrunken one (L1).",
        "no_masks": "Fewer than 2 masks have usable answers: there is nothing to fit.",
        "no_control": "The whole context, or none of it, has no usable answer: the values have no ends.",
        "few_subsets": "The subsets that were answered do not tell the sources apart.",
        "no_contrast": "The source never changed its place beside the same others.",
        "fewer_than_3_prompts": "Under 3 prompts no interval is given.",
        "lost_context": "The frozen context is lost: which page this was is not known any more.",
    }
)
