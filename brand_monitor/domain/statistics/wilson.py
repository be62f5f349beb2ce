"""The Wilson score interval, plain and on an effective number of answers.

Belongs here: what rates and shares of voice have in common once their effective size is known. Keep out:
how that size is estimated (rates.py, shares.py). All functions broadcast; complexity is linear in rows.
"""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def z_score(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence level, 1.96 for .95.

    Raises:
        ValueError: The level is not strictly between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; give a level between 0 and 1, such as 0.95")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(p: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Return the Wilson score interval of proportions `p` seen in `n` independent trials.

    On raw answers this is the `naive` interval: it takes repeats of one prompt for independent and is too
    narrow by a factor of about sqrt(design effect). `n` need not be whole. NaN where `n` is 0 or `p` NaN.

    Source: Wilson (1927), JASA 22:209, eq. 4; Brown, Cai & DasGupta (2001), Statist. Sci. 16:101.
    """
    z2 = z_score(confidence) ** 2
    share = np.asarray(p, dtype=np.float64)
    trials = np.asarray(n, dtype=np.float64)
    size = np.where(trials > 0, trials, np.nan)
    scale = 1 + z2 / size
    centre = (share + z2 / (2 * size)) / scale
    half = np.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2))) / scale
    # The clips only remove rounding: analytically 0 <= lower <= p <= upper <= 1, with equality at 0 and 1.
    lower = np.where(share <= 0, share + 0 * size, np.clip(centre - half, 0, share))
    upper = np.where(share >= 1, share + 0 * size, np.clip(centre + half, share, 1))
    return lower, upper


def guarded_wilson(
    p: FloatArray, n_eff: FloatArray, seen: IntArray, missed: IntArray, confidence: float
) -> tuple[FloatArray, FloatArray]:
    """Return Wilson on `n_eff`, never narrower than an exact bound where one prompt carries everything.

    Where a brand is seen in no or one prompt (`seen`), or missed in no or one prompt (`missed`), the
    variance between prompts cannot be estimated; there the exact one-sided binomial bound for 0 or 1
    event in `n_eff` trials (Clopper & Pearson 1934, Biometrika 26:404) is a floor for the width.
    """
    alpha = 1 - confidence
    lower, upper = wilson(p, n_eff, confidence)
    no_event, one_event = alpha ** (1 / n_eff), (1 - alpha) ** (1 / n_eff)
    lower = np.where(seen == 1, np.minimum(lower, 1 - one_event), lower)
    upper = np.where(missed == 1, np.maximum(upper, one_event), upper)
    upper = np.where(seen == 0, np.maximum(upper, 1 - no_event), upper)
    lower = np.where(missed == 0, np.minimum(lower, no_event), lower)
    return lower, upper


def shrunken_size(informative: IntArray, inverse_size: FloatArray, worst_inverse: FloatArray) -> FloatArray:
    """Return the effective number of answers: an estimate drawn towards its worst case.

    1 / n_eff is the mean of `inverse_size` (weight: the informative prompts) and of `worst_inverse`
    (weight 1), so the fewer prompts speak, the closer it stays to "repeats of a prompt add nothing". The
    same idea as the degrees-of-freedom factor of Korn & Graubard (1998), Surv. Methodol. 24:193.
    """
    return (informative + 1) / (informative * inverse_size + worst_inverse)
