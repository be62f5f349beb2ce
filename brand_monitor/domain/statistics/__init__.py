"""Statistics of clustered mention data: intervals, paired tests, planning. Pure numpy.

The data everywhere: k prompts (clusters), prompt j with n_j answers of which x_j mention the brand. Belongs
here: the names that the rest of the product uses. Keep out: anything that knows a table, a brand or a day.
"""

from brand_monitor.domain.statistics.bootstrap import BootstrapInterval, cluster_bootstrap
from brand_monitor.domain.statistics.changes import Change, rate_change, share_change
from brand_monitor.domain.statistics.drift import (
    Cusum,
    DriftTest,
    canary_test,
    cusum,
)
from brand_monitor.domain.statistics.flags import FLAG_TEXTS
from brand_monitor.domain.statistics.pairs import (
    PairedComparison,
    compare_brands,
    compare_periods,
    mcnemar_by_prompt,
)
from brand_monitor.domain.statistics.permutations import SignFlips, sign_flip_tests
from brand_monitor.domain.statistics.planning import (
    SamplePlan,
    clustered_standard_error,
    design_effect,
    effective_answers,
    icc,
    sample_size_rate,
    sample_size_two_rates,
)
from brand_monitor.domain.statistics.plans import (
    PlanOption,
    PlanOptions,
    Spending,
    best_repeats,
    detectable_effect,
    expected_half_width,
    plan_effect,
    plan_half_width,
)
from brand_monitor.domain.statistics.rates import (
    RateInterval,
    RateIntervals,
    rate_interval,
    rate_intervals,
    unseen_upper_bound,
)
from brand_monitor.domain.statistics.resampling import BootstrapRates, bootstrap_rates
from brand_monitor.domain.statistics.shares import (
    ShareInterval,
    ShareIntervals,
    share_interval,
    share_intervals,
)
from brand_monitor.domain.statistics.significance import (
    McNemar,
    SignFlip,
    benjamini_hochberg,
    mcnemar,
    sign_flip_test,
)
from brand_monitor.domain.statistics.stability import (
    Volatility,
    bray_curtis,
    concentration,
    is_uninformative,
    jaccard,
    mean_jaccard,
    rank_biased_overlap,
    volatility,
)
from brand_monitor.domain.statistics.variance import Component, VarianceSplit, variance_split
from brand_monitor.domain.statistics.verdicts import (
    VERDICT_TEXTS,
    Judgement,
    Verdict,
    judge,
    served_model_changed,
)
from brand_monitor.domain.statistics.wilson import wilson

__all__ = [
    "FLAG_TEXTS",
    "VERDICT_TEXTS",
    "BootstrapInterval",
    "BootstrapRates",
    "Change",
    "Component",
    "Cusum",
    "DriftTest",
    "Judgement",
    "McNemar",
    "PairedComparison",
    "PlanOption",
    "PlanOptions",
    "RateInterval",
    "RateIntervals",
    "SamplePlan",
    "ShareInterval",
    "ShareIntervals",
    "SignFlip",
    "SignFlips",
    "Spending",
    "VarianceSplit",
    "Verdict",
    "Volatility",
    "benjamini_hochberg",
    "best_repeats",
    "bootstrap_rates",
    "bray_curtis",
    "canary_test",
    "cluster_bootstrap",
    "clustered_standard_error",
    "compare_brands",
    "compare_periods",
    "concentration",
    "cusum",
    "design_effect",
    "detectable_effect",
    "effective_answers",
    "expected_half_width",
    "icc",
    "is_uninformative",
    "jaccard",
    "judge",
    "mcnemar",
    "mcnemar_by_prompt",
    "mean_jaccard",
    "plan_effect",
    "plan_half_width",
    "rank_biased_overlap",
    "rate_change",
    "rate_interval",
    "rate_intervals",
    "sample_size_rate",
    "sample_size_two_rates",
    "served_model_changed",
    "share_change",
    "share_interval",
    "share_intervals",
    "sign_flip_test",
    "sign_flip_tests",
    "unseen_upper_bound",
    "variance_split",
    "volatility",
    "wilson",
]
