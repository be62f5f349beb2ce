"""How figures are compared and corrected: methods that have a version as metrics have."""

from brand_monitor.domain.definitions.definition import Definition

METHOD_DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        id="paired_change",
        version=1,
        name="Change between two windows",
        subject="brand",
        formula="(1/k) sum_q (r_q after - r_q before) over prompts asked in the same words in both",
        unit="difference of two figures",
        kind="test",
        direction="neither",
        interval="MOVER on two paired cluster-robust Wilson intervals, 95 %",
        note="p: sign flip within prompts, exact; q: Benjamini-Hochberg over the rows shown together. "
        "Refused where another model answered; under 7 prompts that differ no test can speak.",
    ),
    Definition(
        id="brand_contrast",
        version=1,
        name="Brand against brand",
        subject="brand",
        formula="(1/k) sum_q mean_i (M_ib - M_ib') over the same answers",
        unit="difference of two rates, -1 to 1",
        kind="test",
        direction="neither",
        interval="MOVER on two paired cluster-robust Wilson intervals, 95 %",
        note="p: sign flip within prompts. McNemar over answers stands beside it and is too small where a "
        "prompt has repeats.",
    ),
    Definition(
        id="gold_accuracy",
        version=1,
        name="How right the machine is",
        subject="engine",
        formula="precision, recall and specificity over labelled pairs, weighted by their strata",
        unit="share of pairs, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval="simulated: Beta (Jeffreys) per stratum and word of the machine, 95 %",
        note="A pair is an answer and a brand. Labels of one prompt count as fewer by the design effect of "
        "the machine's errors.",
    ),
    Definition(
        id="rogan_gladen",
        version=1,
        name="Rate without the machine's errors",
        subject="brand",
        formula="(p + specificity - 1) / (recall + specificity - 1)",
        unit="share of answers, 0 to 1",
        kind="rate",
        direction="higher_is_better",
        interval="simulated: the rate's and the gold set's uncertainty together, 95 %",
        note="Rogan & Gladen (1978). Takes recall and specificity to be the same for all brands. Shown "
        "beside the raw rate, only where the monitor has a gold set.",
    ),
)
