"""What stays from one repeat, or day, to the next, where scatter comes from, and when an engine drifts."""

from brand_monitor.domain.definitions.definition import MEAN_INTERVAL, NO_INTERVAL, Definition

STEADINESS_DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        id="repeat_overlap",
        version=1,
        name="Overlap of repeats",
        subject="engine",
        formula="(1/k) sum_q mean over pairs i, j of repeats of one question of |A_i and A_j| / |A_i or A_j|",
        unit="share in common, 0 to 1",
        kind="share",
        direction="neither",
        interval=MEAN_INTERVAL,
        note="A = tracked brands that an answer names, or domains that it cites. Pairs in which neither has "
        "any are left out. The same words asked on the same day: what differs is the engine's own chance.",
    ),
    Definition(
        id="repeat_rank_overlap",
        version=1,
        name="Overlap of order between repeats",
        subject="engine",
        formula="(1/k) sum_q mean over pairs of repeats of RBO(order of first mention, p = .9)",
        unit="rank-biased overlap, 0 to 1",
        kind="share",
        direction="neither",
        interval=MEAN_INTERVAL,
        note="Extrapolated RBO (Webber, Moffat & Zobel 2010, eq. 32). Below the overlap of repeats: the same "
        "brands come in another order.",
    ),
    Definition(
        id="day_overlap",
        version=1,
        name="Overlap with the last day before",
        subject="engine",
        formula="(1/k) sum_q mean over pairs of an answer of the day and one of the day before of "
        "|A and B| / |A or B|",
        unit="share in common, 0 to 1",
        kind="share",
        direction="neither",
        interval=MEAN_INTERVAL,
        note="Read it beside the overlap of repeats: where both are alike the day adds nothing to chance. "
        "Questions in the same words on both days; refused where another model answered.",
    ),
    Definition(
        id="volatility",
        version=1,
        name="Volatility",
        subject="engine",
        formula="mean over following days of 1 - |D_t and D_t-1| / |D_t or D_t-1|",
        unit="share that differs, 0 to 1",
        kind="descriptive",
        direction="neither",
        interval=NO_INTERVAL,
        note="D = brands named, or domains cited, by any answer of a day. Shown from 20 transitions on; days "
        "that follow a change of the model make none. More answers a day look calmer.",
    ),
    Definition(
        id="share_volatility",
        version=1,
        name="Volatility of shares",
        subject="engine",
        formula="mean over following days of 1 - sum_d min(share_t, share_t-1)",
        unit="share that moves, 0 to 1",
        kind="descriptive",
        direction="neither",
        interval=NO_INTERVAL,
        note="Bray-Curtis of shares of voice, or of citation shares. Shown from 20 transitions on.",
    ),
    Definition(
        id="variance_split",
        version=1,
        name="Where scatter comes from",
        subject="brand",
        formula="components of Var(M_ib) over prompt, paraphrase, persona, engine, day; repeat = the rest",
        unit="share of the variance, 0 to 1",
        kind="descriptive",
        direction="neither",
        interval=NO_INTERVAL,
        note="Henderson's method 1 on yes or no answers of a week; a negative estimate is set to 0. "
        "interaction = what combinations add. A large repeat asks for repeats, a large prompt for prompts.",
    ),
    Definition(
        id="canary_test",
        version=1,
        name="Canaries against the week before",
        subject="engine",
        formula="z of (right answers of the day) against those of the 7 days before; Fisher where few",
        unit="share of right answers, 0 to 1",
        kind="test",
        direction="neither",
        interval="a test gives none",
        note="Fixed questions with one right answer. Days before a change of the served model are no "
        "baseline. Three canaries a day see only a collapse: size and power are in docs/statistics.md.",
    ),
    Definition(
        id="rate_cusum",
        version=1,
        name="CUSUM of daily visibility",
        subject="brand",
        formula="S+ = max(0, S+ + z - .5), S- = max(0, S- - z - .5); drift where one exceeds 5",
        unit="standard deviations of a day",
        kind="test",
        direction="neither",
        interval="a test gives none",
        note="z = distance of a day's visibility from the mean of 14 baseline days, in their standard "
        "deviation or the binomial one, the larger of both. Up to 14 days after them; a change of the "
        "served model starts anew. False alarms and power are in docs/statistics.md.",
    ),
)
