"""Shares of voice: one brand's part of all mentions of the tracked frame, with an interval over prompts.

Belongs here: the share by answers and its cluster-robust Wilson interval. Keep out: shares of occurrences
(a count may exceed its number of answers; bootstrap those), comparisons (changes.py).

With r_jb the rate of brand b in prompt j, u_j = sum_b r_jb and U = sum_j u_j, the share s = sum_j r_jb / U
is a ratio of two sums over prompts:

    e_j   = r_jb - s u_j                                   linearised residual (Cochran 1977, 6.3)
    v     = sum e_j^2 / (1 - u_j / U) / U^2 / (s (1 - s))  HC2 leverage (MacKinnon & White 1985); 1 / n_eff
    g     = ((1 - s)(1 - p_b) + s w) / (U / k)             v times answers, were all answers independent
            w = mean of 1 - p_b' over the mentions of the other brands
    c     = max(v, g / n_max),  h = max(g / k, c)          all independent ... one answer per prompt
    n_eff = (d + 1) / (d c + h)                            shrunk to its worst case, as for rates
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from brand_monitor.domain.statistics.flags import share_flags
from brand_monitor.domain.statistics.intervals import (
    ClusteredInterval,
    ClusteredIntervals,
    hide_unsupported,
    read_counts,
)
from brand_monitor.domain.statistics.wilson import FloatArray, IntArray, guarded_wilson, shrunken_size

_ROUNDING: Final = 1e-12


@dataclass(frozen=True)
class ShareInterval(ClusteredInterval):
    """A share of voice; `prompts_without` counts the prompts in which another brand was seen."""


@dataclass(frozen=True, eq=False)
class ShareIntervals(ClusteredIntervals):
    """Shares of all brands of a frame, arrays of shape [b] or [B, b]; NaN where a share is undefined."""

    def at(self, *index: int) -> ShareInterval | None:
        """Return one share as a record, None where it is undefined."""
        if np.isnan(self.value[index]):
            return None
        return ShareInterval(**self.record(index), flags=self.flags_at(*index))

    def flags_at(self, *index: int) -> tuple[str, ...]:
        """Return the flags of one share, none where it is undefined."""
        if np.isnan(self.value[index]):
            return ()
        counts = (int(of[index]) for of in (self.prompts, self.prompts_with, self.prompts_without))
        return share_flags(*counts, inflation=float(self.inflation[index]))


@dataclass(frozen=True, eq=False)
class FrameRates:
    """What a frame's counts say, per set of prompts (shapes [..., k, b], [..., k], [..., b])."""

    rates: FloatArray
    answers: FloatArray  # infinite where a prompt takes no part, so that its inverse counts nothing
    prompts: IntArray
    seen: IntArray
    with_rivals: IntArray
    voice: FloatArray
    share: FloatArray

    @property
    def total_voice(self) -> FloatArray:
        """U = sum_j u_j, shape [..., 1]; NaN where nobody was mentioned."""
        total = self.voice.sum(axis=-1, keepdims=True)
        return np.where(total > 0, total, np.nan)

    @property
    def residuals(self) -> FloatArray:
        """Linearised residuals e_jb = r_jb - s_b u_j, shape [..., k, b]; they sum to 0 over prompts."""
        return self.rates - self.share[..., None, :] * self.voice[..., None]


def share_interval(
    counts: npt.ArrayLike, n: npt.ArrayLike, brand: int, confidence: float = 0.95
) -> ShareInterval | None:
    """Return the share of voice of one brand with its interval.

    Args:
        counts: Answers that mention each brand of the frame, shape [k, b].
        n: Answers per prompt, shape [k]; prompts with 0 answers or any NaN take no part.
        brand: Column of the brand.
        confidence: Two-sided level.

    Returns:
        None where the share is undefined: no competitor in the frame, no answer, or nobody mentioned.

    Raises:
        ValueError: A count is negative or above its number of answers.
    """
    return share_intervals(counts, n, confidence).at(brand)


def share_intervals(counts: npt.ArrayLike, n: npt.ArrayLike, confidence: float = 0.95) -> ShareIntervals:
    """Return the shares of all brands at once: `counts` of shape [k, b] or [B, k, b], `n` of [k] or [B, k].

    Complexity: O(B k b) time and memory.
    """
    frame = frame_rates(counts, n)
    n_eff, inflation = _effective_answers(frame)
    value = _exact_ends(frame)
    prompts = np.broadcast_to(frame.prompts[..., None], value.shape)
    lower, upper = guarded_wilson(value, n_eff, frame.seen, frame.with_rivals, confidence)
    return ShareIntervals(
        value=value,
        lower=hide_unsupported(lower, prompts),
        upper=hide_unsupported(upper, prompts),
        n_eff=n_eff,
        prompts=prompts,
        prompts_with=frame.seen,
        prompts_without=frame.with_rivals,
        inflation=inflation,
    )


def frame_rates(counts: npt.ArrayLike, n: npt.ArrayLike) -> FrameRates:
    """Read the counts of a frame into rates, voices and raw shares (NaN where undefined)."""
    partly_unknown = np.isnan(np.asarray(counts, np.float64)).any(axis=-1)
    usable = np.where(partly_unknown, np.nan, np.asarray(n, np.float64))
    takes_part = np.isfinite(usable) & (usable > 0)
    mentions, answers, _ = read_counts(counts, usable[..., None])
    rates = mentions / answers
    per_prompt = mentions.sum(axis=-1, keepdims=True)
    voice = rates.sum(axis=-1)
    total = voice.sum(axis=-1, keepdims=True)
    has_frame = (total > 0) & (rates.shape[-1] > 1)
    return FrameRates(
        rates=rates,
        answers=np.where(takes_part, usable, np.inf),
        prompts=takes_part.sum(axis=-1),
        seen=(mentions > 0).sum(axis=-2),
        with_rivals=(mentions < per_prompt).sum(axis=-2),
        voice=voice,
        share=rates.sum(axis=-2) / np.where(has_frame, total, np.nan),
    )


def _exact_ends(frame: FrameRates) -> FloatArray:
    """Return the shares, exactly 0 or 1 where all or nothing was seen, whatever rounding says."""
    defined = ~np.isnan(frame.share)
    value = np.where(defined & (frame.seen == 0), 0.0, frame.share)
    return np.where(defined & (frame.with_rivals == 0), 1.0, value)


def _effective_answers(frame: FrameRates) -> tuple[FloatArray, FloatArray]:
    """Return the effective answers and what shrinking them made of the variance."""
    k = np.where(frame.prompts > 0, frame.prompts, np.nan)[..., None]
    spare = np.maximum(frame.prompts - 1, 0)[..., None]
    informative = np.minimum(np.minimum(frame.seen, frame.with_rivals), spare)
    independent = _independent_factor(frame, k)
    inverse_n_max = (1 / frame.answers).sum(axis=-1)[..., None] / k**2
    observed = np.where(informative > 0, _linearised_variance(frame), 0.0)
    inverse = np.maximum(observed, independent * inverse_n_max)
    size = shrunken_size(informative, inverse, np.maximum(independent / k, inverse))
    return size, 1 / np.where(inverse > 0, inverse * size, 1)


def _linearised_variance(frame: FrameRates) -> FloatArray:
    """Variance of the share over s (1 - s), shape [..., b]."""
    total = frame.total_voice
    freedom = 1 - frame.voice / total
    # A prompt that holds all mentions has leverage 1 and no residual; it says nothing about the spread.
    weight = np.where(freedom > _ROUNDING, 1 / np.maximum(freedom, _ROUNDING), 0)
    spread: FloatArray = (frame.residuals**2 * weight[..., None]).sum(axis=-2) / total**2
    binomial = frame.share * (1 - frame.share)
    return np.where(binomial > 0, spread / np.where(binomial > 0, binomial, 1.0), np.nan)


def _independent_factor(frame: FrameRates, k: FloatArray) -> FloatArray:
    """Variance of the share over s (1 - s), times the number of answers, if answers were independent."""
    rate: FloatArray = frame.rates.sum(axis=-2) / k
    # A rate of 1 would leave no binomial variance; Laplace's rule keeps it away from there.
    shrunk = np.minimum(rate, (k * rate + 1) / (k + 2))
    silence = rate * (1 - shrunk)
    rivals = frame.with_rivals > 0
    rival_voice = np.where(rivals, rate.sum(axis=-1, keepdims=True) - rate, 1.0)
    rival_silence = np.where(rivals, (silence.sum(axis=-1, keepdims=True) - silence) / rival_voice, 1.0)
    factor = (1 - frame.share) * (1 - shrunk) + frame.share * rival_silence
    return np.asarray(factor / (frame.total_voice / k))
