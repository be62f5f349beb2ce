"""What sources have to do with names: observed, and by experiment."""

from brand_monitor.domain.definitions.definition import BOOTSTRAP, EFFECT_INTERVAL, Definition

SOURCE_DEFINITIONS: tuple[Definition, ...] = (
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
