"""The page docs/quality.md: measured tables between what a reader needs to know about them.

Belongs here: words and layout. Not here: any figure.
"""

from collections.abc import Sequence
from types import ModuleType

from tools.measures.figures import Figure

HEAD = """# Quality on real answers

How right the product is, measured on text that nobody of this project wrote. Every table names its command;
`python tools/quality.py` measures all of them and writes this page (about 20 seconds). The data are not
part of the repository (`../shared/data`, licences differ); without them the commands and the tests say so
and stop.

Intervals are the product's own: cluster-robust Wilson over prompts, 95 % (docs/statistics.md). A prompt is a
market with all its wordings, so most tables rest on 8 prompts: rough, and wider than the counts suggest. The
column k counts these clusters.

The development set was read while rules were written, so the figures on it are what the product reaches at
best; expect less on text that it has not seen. Seven rounds of adversarial sentences,
written by hand and run once before anything was mended, gave 70 % of the kinds (645 of 924; rounds from 59
to 90 %) and, where they had any, 89 % of the homonyms (366 of 409; 87 to 93 %). The last round was kept back
and run once: 72 % of the kinds (100 of 139; recommended 30 of 44, warned against 16 of 27, all others 54 of
68), 61 % with the code before it: see the section on them.
"""

TAIL = """## Your own answers: a gold set

Figures of one market say little about another. A gold set measures yours:

```
brand-monitor gold sample --monitor ID --n 60     # draws (answer, brand) pairs by engine, kind and confidence
brand-monitor gold label --monitor ID             # shows one after the other; saved after each key
brand-monitor gold score --monitor ID             # precision, recall, specificity; raw and corrected rates
```

The set lies in the home folder (`gold/ID.jsonl`): ids and labels, no text. Pairs in which the machine found
nothing are drawn too, since only those can show what it missed. Each pair counts with its weight (pairs of
its stratum / pairs drawn), so rare kinds may be many in the sample and few in the estimate. Intervals are
simulated from the labels of each stratum, and know that a few silent answers that were looked at prove
little about a thousand others: by simulation they hold the truth in 95 to 100 of 100 cases. Labels of a
pair do not age: after a change of an alias or of the code `gold score` compares the same labels with what
the machine says today.

The corrected rate is Rogan & Gladen's, (rate + specificity - 1) / (recall + specificity - 1), with the
uncertainty of the labels in its interval. It is shown beside the raw rate and never replaces it: it takes
recall and specificity to be the same for all brands, and where it falls outside 0 to 100 % it is clipped
and says so. By simulation (60 prompts of 10 answers, rates of .05 to .6, recall .7 to .9, 60 or 200 labels)
its interval holds the true rate in 95 to 97 of 100 cases, the raw one in 0 to 94.

## What changed: verdicts

`brand-monitor changes` (tables `metrics/changes`, `metrics/brand_contrasts`) compares the last 7 days with
the 7 before, or a day with the day before, prompt by prompt; `--rivals` sets own brands beside competitors
in the same answers. Figures come from answers, never from daily figures; only questions that were asked in
the same words in both windows count. A row says

| verdict | meaning |
|---|---|
| `moved` | q is at most .05: the change is larger than chance explains |
| `within_noise` | the test could speak and saw nothing |
| `insufficient_data` | fewer than 7 prompts changed, or one window holds nothing: no test can tell |
| `model_changed` | another model answered the later window; compared only with `--across-models` |

p is a sign-flip test within prompts, q the Benjamini-Hochberg value over the rows that are shown together.
Rows that no test can speak of are not counted among them. For rivals the verdicts are `ahead` and `behind`.

## Two versions side by side

A changed alias, exclusion or rule changes the past too, once the days are derived again
(`brand-monitor run --date DAY --rederive`, which asks nobody). What it would change can be seen before:

```python
from brand_monitor.domain.mentions import answer_mentions
from brand_monitor.domain.comparisons.versions import Version, version_difference
from brand_monitor.notebook import open_installation

home = open_installation("var")
answers = home.load("raw/answers", "2026-11-24", monitor="demo")
brands = home.load("seed/brands", monitor="demo")
stored = Version(home.load("core/answer_mentions", "2026-11-24", monitor="demo"), brands)
today = Version(answer_mentions(answers, brands), brands)  # this code; or another frame of brands
difference = version_difference(answers, stored, today)
difference.figures  # metric, old, new, difference per engine and brand, where they differ
difference.mentions  # the mentions that came, went or changed their kind, with offsets
```
"""


def section(module: ModuleType, name: str, figures: Sequence[Figure]) -> str:
    """Return one measure as a section: heading and text from its docstring, table, command."""
    title, _, body = (module.__doc__ or "").partition("\n\n")
    why = body.partition("Not here:")[0].replace("Belongs here: ", "").replace("\n", " ").strip()
    lines = [
        f"## {title.strip().rstrip('.')}",
        "",
        why[:1].upper() + why[1:],
        "",
        f"`python tools/quality.py {name}`; data: {module.SOURCE}",
        "",
        "| figure | value | 95 % | counts | k | note |",
        "|---|---|---|---|---|---|",
        *(f"| {one.name} | {' | '.join(one.cells)} |" for one in figures),
    ]
    return "\n".join(lines) + "\n"


def render(sections: Sequence[str]) -> str:
    """Return the page."""
    return "\n".join([HEAD, *sections, TAIL])
