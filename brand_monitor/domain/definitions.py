"""The registry of metric definitions: what every published number means, in one place.

Belongs here: ids, versions and formulas in words. Not here: how a figure is computed, and the reasons and
flags that go with it (``reasons.py``). A changed formula is a new version beside the old one, so that stored
rows keep the meaning they were written with.
"""

from dataclasses import dataclass
from typing import Literal

from brand_monitor.failures import UnknownNameError

Kind = Literal["rate", "share", "descriptive"]
Subject = Literal["brand", "domain", "engine", "source"]
Direction = Literal["higher_is_better", "lower_is_better", "neither"]

CRW = "cluster-robust Wilson over prompts, 95 %"
SHARE_INTERVAL = "cluster-robust Wilson for a ratio over prompts, 95 %"
NO_INTERVAL = "none: descriptive"
MEAN_INTERVAL = "Wilson on the spread between prompts, t quantile, 95 %"
SHIFTED_BOOTSTRAP = "bootstrap over prompts less twice its bias, 95 %"
BOOTSTRAP = "percentile bootstrap over prompts, 95 %, approximate under 30 prompts"
EFFECT_INTERVAL = "t over arms, never under the noise of replicates, 95 %; pooled: t over prompts"


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one metric.

    Attributes:
        id: Name of the metric, as in the column ``metric``.
        version: 1, 2, ...; raised when the formula changes.
        name: What a person reads.
        subject: What the figure speaks of.
        formula: The formula in words and symbols (notation: docs/metrics.md).
        unit: Unit and range of the value.
        kind: ``rate`` and ``share`` carry an interval, ``descriptive`` does not.
        direction: Which way is good for the subject.
        interval: How the interval is computed.
        note: What to bear in mind.
    """

    id: str
    version: int
    name: str
    subject: Subject
    formula: str
    unit: str
    kind: Kind
    direction: Direction
    interval: str
    note: str

    @property
    def key(self) -> str:
        """Id and version, ``visibility@1``, as in the column ``definition``."""
        return f"{self.id}@{self.version}"


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        id="visibility",
        version=1,
        name="Visibility",
        subject="brand",
        formula="V_b = (1/k) sum_q (sum_{i in q} M_ib / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval=CRW,
        note="Each prompt counts once, its variants (paraphrases, personas, locales) together; equals "
        "numerator / denominator when all prompts have as many answers. The naive interval (Wilson on "
        "answers) is shown beside and is too narrow.",
    ),
    Definition(
        id="brand_coverage",
        version=1,
        name="Brand coverage",
        subject="brand",
        formula="prompts with at least one answer, to any variant, that names b / k",
        unit="share of prompts, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval=CRW,
        note="Grows with the repeats, n / k answers per prompt: compare only at equal repeats.",
    ),
    Definition(
        id="recommendation_rate",
        version=1,
        name="Recommendation rate",
        subject="brand",
        formula="(1/k) sum_q (answers of q that recommend b / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval=CRW,
        note="Being recommended is not the same as being named.",
    ),
    Definition(
        id="share_of_voice",
        version=1,
        name="Share of voice (answers)",
        subject="brand",
        formula="V_b / sum_{b' in B} V_b'",
        unit="share of the frame B, 0 to 1",
        kind="share",
        direction="higher_is_better",
        interval=SHARE_INTERVAL,
        note="B = own brands and competitors; the control is not in it. Depends on who is tracked.",
    ),
    Definition(
        id="share_of_voice_occurrences",
        version=1,
        name="Share of voice (occurrences)",
        subject="brand",
        formula="m_b / sum_{b' in B} m_b', m = counted mentions",
        unit="share of the frame B, 0 to 1",
        kind="descriptive",
        direction="higher_is_better",
        interval=NO_INTERVAL,
        note="A talkative answer weighs more than several short ones; the share of answers is the headline.",
    ),
    Definition(
        id="entity_rank",
        version=1,
        name="Average position",
        subject="brand",
        formula="mean of r_ib over answers that name b",
        unit="rank, 1 is first",
        kind="descriptive",
        direction="lower_is_better",
        interval=NO_INTERVAL,
        note="r_ib = 1 + tracked brands first named before b. Order hardly repeats between runs.",
    ),
    Definition(
        id="mean_reciprocal_rank",
        version=1,
        name="Mean reciprocal rank",
        subject="brand",
        formula="mean of 1 / r_ib over answers that name b",
        unit="0 to 1, 1 is always first",
        kind="descriptive",
        direction="higher_is_better",
        interval=NO_INTERVAL,
        note="Answers that do not name b are not in it: read it beside visibility.",
    ),
    Definition(
        id="net_sentiment",
        version=1,
        name="Net sentiment",
        subject="brand",
        formula="(1/k) sum_q ((pos_q - neg_q) / judged_q)",
        unit="balance of answers that name b, -1 to 1",
        kind="rate",
        direction="higher_is_better",
        interval="cluster-robust Wilson over prompts of (1 + s) / 2, 95 %",
        note="Over the answers that name b and were judged; s is 1, 0 or -1. Speaks of one grader and its "
        "version: figures of two graders are not to be compared. Also per aspect.",
    ),
    Definition(
        id="citation_rate",
        version=1,
        name="Citation rate",
        subject="domain",
        formula="(1/k) sum_q (answers of q that cite d at least once / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval=CRW,
        note="Cited only: sources that were merely retrieved or linked do not count.",
    ),
    Definition(
        id="citation_share",
        version=1,
        name="Citation share",
        subject="domain",
        formula="CR_d / sum_d' CR_d', CR = citation rate",
        unit="share of citations, 0 to 1",
        kind="share",
        direction="higher_is_better",
        interval=SHARE_INTERVAL,
        note="A domain counts once per answer, however many of its pages are cited. Never over engines.",
    ),
    Definition(
        id="citation_given_retrieval",
        version=1,
        name="Citation given retrieval",
        subject="domain",
        formula="(1/k) sum_q (answers of q that retrieve and cite d / answers of q that retrieve d)",
        unit="share of answers that retrieved d, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval=CRW,
        note="k = prompts for which d was retrieved. Only for engines that say what they retrieved.",
    ),
    Definition(
        id="word_count_impression",
        version=1,
        name="Word count impression",
        subject="domain",
        formula="(1/k) sum_q mean_i Imp_wc, Imp_wc(d) = sum_{s citing d} (|s| / k_s) / sum_s |s|",
        unit="share of the words of an answer, 0 to 1",
        kind="share",
        direction="higher_is_better",
        interval=MEAN_INTERVAL,
        note="GEO (KDD 2024) eq. 2. Over answers that show where they cite; k_s = sources that sentence s "
        "cites. Answers that cite nothing are not in it.",
    ),
    Definition(
        id="position_adjusted_impression",
        version=1,
        name="Position-adjusted impression",
        subject="domain",
        formula="(1/k) sum_q mean_i Imp_pwc, Imp_pwc(d) ~ sum_{s citing d} (|s| / k_s) exp(-pos(s) / |S|)",
        unit="share among the sources of an answer, 0 to 1",
        kind="share",
        direction="higher_is_better",
        interval=MEAN_INTERVAL,
        note="GEO (KDD 2024) eq. 3, normalised to sum 1 over the sources of an answer: early sentences count "
        "more. Over answers that show where they cite.",
    ),
    Definition(
        id="named_and_cited",
        version=1,
        name="Named and cited",
        subject="brand",
        formula="(1/k) sum_q (answers of q that name b and cite a page of b / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval=CRW,
        note="With cited_not_named, named_not_cited and not_named_not_cited it adds up to 1.",
    ),
    Definition(
        id="cited_not_named",
        version=1,
        name="Cited, not named (ghost citations)",
        subject="brand",
        formula="(1/k) sum_q (answers of q that cite a page of b and do not name b / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="lower_is_better",
        interval=CRW,
        note="Of all answers; of those that cite b see ghost_rate.",
    ),
    Definition(
        id="named_not_cited",
        version=1,
        name="Named, not cited",
        subject="brand",
        formula="(1/k) sum_q (answers of q that name b and cite no page of b / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="neither",
        interval=CRW,
        note="Pages on domains that the monitor lists for b; others may have been cited.",
    ),
    Definition(
        id="not_named_not_cited",
        version=1,
        name="Neither named nor cited",
        subject="brand",
        formula="(1/k) sum_q (answers of q that neither name b nor cite a page of b / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="lower_is_better",
        interval=CRW,
        note="What is left of the table of named and cited.",
    ),
    Definition(
        id="ghost_rate",
        version=1,
        name="Ghost rate",
        subject="brand",
        formula="(1/k) sum_q (answers of q that cite b and do not name it / answers of q that cite b)",
        unit="share of answers that cite b, 0 to 1",
        kind="rate",
        direction="lower_is_better",
        interval=CRW,
        note="k = prompts with an answer that cites a page of b. Null where no answer does.",
    ),
    Definition(
        id="concentration",
        version=1,
        name="Concentration of citations",
        subject="engine",
        formula="sum_d s_d^2, s = citation share",
        unit="Herfindahl-Hirschman index, 1 / domains to 1",
        kind="share",
        direction="neither",
        interval=SHIFTED_BOOTSTRAP,
        note="1 / value domains, cited alike, would be as concentrated. Few prompts look more concentrated "
        "than they are: the interval reaches below; compare values only at equal prompts and repeats.",
    ),
    Definition(
        id="informative_rate",
        version=1,
        name="Informative rate",
        subject="engine",
        formula="(1/k) sum_q (answers of q that name any brand of B / n_q)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="neither",
        interval=CRW,
        note="Where even its upper bound is below .5 the prompt set says little about the market.",
    ),
    Definition(
        id="source_association",
        version=1,
        name="Association lift of a source",
        subject="source",
        formula="P(M_b | s present) / P(M_b)",
        unit="ratio, 1 is no association",
        kind="share",
        direction="neither",
        interval=BOOTSTRAP,
        note="Observational: frequency and not cause. Non-branded prompts; present = retrieved or cited.",
    ),
    Definition(
        id="brand_pagerank",
        version=1,
        name="Personalised PageRank of a source",
        subject="source",
        formula="mean over engines of pi_b, pi = (1-a) e_b + a P' pi, a = .85",
        unit="probability, 0 to 1",
        kind="share",
        direction="neither",
        interval=BOOTSTRAP,
        note="Observational. Walks brand, answer, page; non-branded prompts only. A domain sums its pages.",
    ),
    Definition(
        id="leave_one_out_effect",
        version=1,
        name="Effect of a source (leave one out)",
        subject="source",
        formula="Delta_sb = P(M_b | K) - P(M_b | K without s)",
        unit="difference of probabilities, -1 to 1",
        kind="rate",
        direction="neither",
        interval="Bonett-Price for paired proportions, 95 %; pooled: that of a paired change of rates",
        note="This model on this frozen context K, not the consumer product. Replicates are paired. A source "
        "whose work another one does as well has no effect here: read the Shapley value beside it.",
    ),
    Definition(
        id="surrogate_weight",
        version=1,
        name="Weight of a source in the ablation surrogate",
        subject="source",
        formula="w_s of f(v) = c + sum_s w_s v_s, fitted to the rates of masks v",
        unit="difference of probabilities, -1 to 1",
        kind="rate",
        direction="neither",
        interval=EFFECT_INTERVAL,
        note="This model on this frozen context, not the consumer product. LDS = Spearman(f, y) on held-out "
        "masks judges the L1 fit; weights are shown without its shrinkage.",
    ),
    Definition(
        id="shapley_value",
        version=1,
        name="Shapley value of a source",
        subject="source",
        formula="phi_s = sum_S |S|! (d-|S|-1)! / d! (P(M_b | S and s) - P(M_b | S))",
        unit="difference of probabilities, -1 to 1",
        kind="rate",
        direction="neither",
        interval=EFFECT_INTERVAL,
        note="This model on this frozen context, not the consumer product. Exact where all subsets of up to "
        "8 sources were asked, else a weighted fit. The values add up to P(M_b | K) - P(M_b | nothing).",
    ),
    Definition(
        id="position_effect",
        version=1,
        name="Effect of the place of a source",
        subject="source",
        formula="P(M_b | s first) - P(M_b | s last), the same sources shown",
        unit="difference of probabilities, -1 to 1",
        kind="rate",
        direction="neither",
        interval=EFFECT_INTERVAL,
        note="This model on this frozen context, not the consumer product. Above 0: b is named more when s "
        "stands further up.",
    ),
)


def definition_of(key: str) -> Definition:
    """Return the definition with this ``id@version``.

    Raises:
        UnknownNameError: no such definition; the message lists all of them.
    """
    for one in DEFINITIONS:
        if one.key == key:
            return one
    known = ", ".join(sorted(one.key for one in DEFINITIONS))
    raise UnknownNameError(f"no metric definition {key!r}; known: {known}")


def current(metric: str) -> Definition:
    """Return the newest version of a metric.

    Raises:
        UnknownNameError: no such metric; the message lists all of them.
    """
    versions = [one for one in DEFINITIONS if one.id == metric]
    if not versions:
        known = ", ".join(sorted({one.id for one in DEFINITIONS}))
        raise UnknownNameError(f"no metric {metric!r}; known: {known}")
    return max(versions, key=lambda one: one.version)
