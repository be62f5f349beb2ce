"""The gold set: which (answer, brand) pairs a person labels, drawn so that the labels speak for all pairs.

Belongs here: the pool of pairs, strata, the draw, and the record of a pair. Not here: reading and writing
files (``golden.py``), asking a person (``cli/gold.py``), and what the labels say (``accuracy.py``).

A pair is an answer and a tracked brand, also where the machine found nothing: only those pairs can show what
it missed. Strata are engine, machine's kind and its confidence; within a stratum pairs are taken at even
steps through the brands and prompts, so each has the same chance and its weight is size / taken.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import floor, sqrt
from typing import Any, Final

import polars as pl

from brand_monitor.domain.mentions.kinds import COUNTED
from brand_monitor.schemas.core import MENTION_KINDS

#: The class of a pair in which the machine found no mention, or only one that it would not count.
NOT_FOUND: Final = "not_found"
UNCERTAIN: Final = "uncertain"
#: A mention below it is one of low confidence.
CONFIDENT: Final = 0.8
#: Pairs per stratum at least, as far as it has them: one would say nothing of how much pairs differ.
LEAST: Final = 2
_SPLITS: Final = (("engine_id", "kind", "confidence"), ("kind", "confidence"), ("kind",))


@dataclass(frozen=True)
class GoldPair:
    """One (answer, brand) pair to label, and its label.

    Attributes:
        monitor_id: Monitor of the pair.
        answer_id: Answer; its text stays in the lake.
        date: Day of the answer, ISO.
        engine: Engine family.
        engine_id: Engine.
        prompt_family: Prompt with its variants, the cluster of the pair.
        brand_id: Brand looked for.
        stratum: Engine, kind and confidence by which it was drawn.
        stratum_size: Pairs of the stratum in the pool.
        taken: Pairs drawn from it.
        labels: Kinds that a person gave, sorted; empty if the answer is silent on the brand; None so far.
        is_unclear: Whether the person could not tell; such a pair counts nowhere.
    """

    monitor_id: str
    answer_id: str
    date: str
    engine: str
    engine_id: str
    prompt_family: str
    brand_id: str
    stratum: str
    stratum_size: int
    taken: int
    labels: tuple[str, ...] | None = None
    is_unclear: bool = False

    @property
    def weight(self) -> float:
        """Pairs of the pool that it stands for."""
        return self.stratum_size / self.taken

    @property
    def is_done(self) -> bool:
        """Whether a person has looked at it."""
        return self.labels is not None or self.is_unclear

    def labelled(self, kinds: Sequence[str]) -> "GoldPair":
        """Return the pair with these kinds.

        Raises:
            ValueError: A kind that no mention can have.
        """
        if unknown := sorted(set(kinds) - set(MENTION_KINDS)):
            raise ValueError(f"no kind of mention: {', '.join(unknown)}; known: {', '.join(MENTION_KINDS)}")
        return replace(self, labels=tuple(sorted(set(kinds))), is_unclear=False)

    def to_record(self) -> dict[str, Any]:
        """Return the pair as plain values, for a line of JSON."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "GoldPair":
        """Return the pair of a line of JSON.

        Raises:
            TypeError: A field is missing or unknown.
            ValueError: A label that no mention can have.
        """
        pair = cls(**{**record, "labels": None})
        return pair if record["labels"] is None else pair.labelled(record["labels"])


def pool_of_pairs(answers: pl.DataFrame, mentions: pl.DataFrame, brands: pl.DataFrame) -> pl.DataFrame:
    """Return every pair of a usable answer and a tracked brand, with what the machine says of it.

    Args:
        answers: ``raw/answers``.
        mentions: ``core/answer_mentions`` of these answers.
        brands: ``seed/brands``; the fictitious control is in it, since it must never be found.

    Returns:
        One row per pair: ``monitor_id``, ``answer_id``, ``date``, ``engine``, ``engine_id``,
        ``prompt_family``, ``brand_id``, ``kinds`` (sorted list), ``is_counted``, ``kind`` (the rarest of its
        kinds, or NOT_FOUND) and ``confidence`` (high, low or none).
    """
    usable = answers.filter(pl.col("status") == "ok").select(
        "monitor_id",
        "answer_id",
        pl.col("date").cast(pl.String),
        "engine",
        "engine_id",
        pl.coalesce("prompt_family", "prompt_id").alias("prompt_family"),
    )
    mentions = said_kinds(mentions)
    how_often = dict(mentions.group_by("kind").len().iter_rows())
    rarest = sorted([*MENTION_KINDS, UNCERTAIN], key=lambda kind: (how_often.get(kind, 0), kind))
    order = pl.col("kind").replace_strict(rarest, range(len(rarest)), return_dtype=pl.Int64)
    is_sure = (
        pl.col("confidence").fill_null(1.0) >= CONFIDENT
        if "confidence" in mentions.columns
        else pl.lit(value=True)
    )
    found = mentions.group_by("answer_id", "brand_id").agg(
        kinds=pl.col("kind").unique().sort(),
        is_counted=pl.col("is_counted").any(),
        kind=pl.col("kind").sort_by(order).first(),
        confidence=pl.when(is_sure.all()).then(pl.lit("high")).otherwise(pl.lit("low")),
    )
    return (
        usable.join(brands.select("monitor_id", "brand_id"), on="monitor_id")
        .join(found, on=["answer_id", "brand_id"], how="left")
        .with_columns(
            pl.col("kinds").fill_null([]),
            pl.col("is_counted").fill_null(value=False),
            pl.col("kind").fill_null(NOT_FOUND),
            pl.col("confidence").fill_null("none"),
        )
        .sort("monitor_id", "engine_id", "brand_id", "prompt_family", "answer_id")
    )


def said_kinds(mentions: pl.DataFrame) -> pl.DataFrame:
    """Return mentions with the kind that the machine stands by: UNCERTAIN where it has doubts."""
    is_doubted = pl.col("kind").is_in(COUNTED) & ~pl.col("is_counted")
    return mentions.with_columns(kind=pl.when(is_doubted).then(pl.lit(UNCERTAIN)).otherwise("kind"))


def draw(pool: pl.DataFrame, n: int, *, seed: int = 1) -> list[GoldPair]:
    """Return about ``n`` pairs of one monitor, in an order that gives nothing away.

    Strata share the sample by the square root of their size, so that rare kinds are seen, with LEAST pairs
    each. Where ``n`` is too small for that, engines are drawn together, then confidences too.

    Args:
        pool: What ``pool_of_pairs`` returns, of one monitor.
        n: Pairs wanted; all of them if the pool has no more.
        seed: Fixes the draw.

    Raises:
        ValueError: Fewer pairs than LEAST per kind are wanted; says how many are needed.
    """
    for split in _SPLITS:
        strata = pool.partition_by(split, as_dict=True, maintain_order=True)
        needed = sum(min(LEAST, one.height) for one in strata.values())
        if needed <= n:
            break
    else:
        raise ValueError(f"{n} pairs are too few for {len(strata)} kinds of pairs: draw at least {needed}")
    # Not for secrets: the same seed has to give the same pairs.
    chance = random.Random(seed)  # noqa: S311
    taken = _allocation({key: one.height for key, one in strata.items()}, n)
    pairs = [
        GoldPair(
            **{name: row[name] for name in _KEYS},
            stratum="/".join(str(part) for part in key),
            stratum_size=one.height,
            taken=taken[key],
        )
        for key, one in strata.items()
        for row in _even_steps(one, taken[key], chance)
    ]
    chance.shuffle(pairs)
    return pairs


_KEYS = ["monitor_id", "answer_id", "date", "engine", "engine_id", "prompt_family", "brand_id"]


def _allocation(sizes: Mapping[Any, int], n: int) -> dict[Any, int]:
    """Share ``n`` by square roots of sizes, at least LEAST and at most the size each."""
    taken = {key: min(LEAST, size) for key, size in sizes.items()}
    while (left := n - sum(taken.values())) > 0:
        open_ones = {key: sqrt(size) for key, size in sizes.items() if taken[key] < size}
        if not open_ones:
            break
        total = sum(open_ones.values())
        shares = {
            key: min(floor(left * root / total), sizes[key] - taken[key]) for key, root in open_ones.items()
        }
        if not any(shares.values()):
            # Fewer pairs than strata are left: one each, to those with the fewest for their size.
            neediest = sorted(open_ones, key=lambda key: (taken[key] / open_ones[key], str(key)))
            shares = dict.fromkeys(neediest[:left], 1)
        for key, more in shares.items():
            taken[key] += more
    return taken


def _even_steps(stratum: pl.DataFrame, taken: int, chance: random.Random) -> list[dict[str, Any]]:
    """Take pairs at even steps through brands and prompts from a random start (systematic sampling)."""
    step = stratum.height / taken
    start = chance.random() * step
    return [stratum.row(min(floor(start + at * step), stratum.height - 1), named=True) for at in range(taken)]
