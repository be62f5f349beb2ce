"""Statistics of clustered mention data: intervals, paired tests, planning. Pure numpy.

The data everywhere: k prompts (clusters), prompt j with n_j answers of which x_j mention the brand. Belongs
here: the names that the rest of the product uses. Keep out: anything that knows a table, a brand or a day.
"""

from brand_monitor.domain.statistics.bootstrap import BootstrapInterval, cluster_bootstrap
from brand_monitor.domain.statistics.changes import Change, rate_change, share_change
from brand_monitor.domain.statistics.flags import FLAG_TEXTS
from brand_monitor.domain.statistics.planning import (
    SamplePlan,
    clustered_standard_error,
    design_effect,
    effective_answers,
    icc,
    sample_size_rate,
    sample_size_two_rates,
)
from brand_monitor.domain.statistics.rates import (
    RateInterval,
    RateIntervals,
    rate_interval,
    rate_intervals,
    unseen_upper_bound,
)
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
from brand_monitor.domain.statistics.wilson import wilson

__all__ = [
    "FLAG_TEXTS",
    "BootstrapInterval",
    "Change",
    "McNemar",
    "RateInterval",
    "RateIntervals",
    "SamplePlan",
    "ShareInterval",
    "ShareIntervals",
    "SignFlip",
    "benjamini_hochberg",
    "cluster_bootstrap",
    "clustered_standard_error",
    "design_effect",
    "effective_answers",
    "icc",
    "mcnemar",
    "rate_change",
    "rate_interval",
    "rate_intervals",
    "sample_size_rate",
    "sample_size_two_rates",
    "share_change",
    "share_interval",
    "share_intervals",
    "sign_flip_test",
    "unseen_upper_bound",
    "wilson",
]
