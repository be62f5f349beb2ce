"""The rules between the fields of a monitor: what no single field can see.

Belongs here: pure functions from parsed parts to findings, each with the path of the field that is wrong.
Not here: types of fields (``models``), positions in a file (``loader``). The parts may be incomplete: the
loader passes whatever could be parsed, so that one wrong field does not hide what is wrong elsewhere.

Decisions. A monitor has at least one own brand and may have several (a house with several brands); figures
are always per brand. A prompt is branded if its text or persona names any tracked brand, because the engine
is shown both; the same holds for its variants. Case, Unicode compatibility forms and typographic apostrophes
never tell two spellings apart.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from brand_monitor.monitor.rules import brands, engines, experiments, prompts, sites
from brand_monitor.monitor.rules.draft import Draft, Finding, repeats


def findings(draft: Draft) -> Iterator[Finding]:
    """Yield every broken rule."""
    for rule in _RULES:
        yield from rule(draft)


def _ids_are_unique(draft: Draft) -> Iterator[Finding]:
    for kind in ("brands", "prompts", "sites", "engines", "experiments"):
        parts: Mapping[int, Any] = getattr(draft, kind)
        for path, _ in repeats(((kind, index, "id"), part.id) for index, part in parts.items()):
            yield Finding(path, f"id {parts[int(path[1])].id!r} is used twice")


_RULES: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    _ids_are_unique,
    brands.roles_are_complete,
    brands.spellings_can_be_found,
    brands.spellings_belong_to_one_brand,
    brands.domains_belong_to_one_brand,
    brands.exclusions_contain_the_brand,
    prompts.branded_flags_tell_the_truth,
    prompts.families_are_small,
    prompts.prompts_differ,
    prompts.captured_questions_find_one_prompt,
    sites.pages_have_addresses,
    sites.pages_differ,
    engines.engines_say_what_they_do,
    engines.engines_can_ask,
    engines.engines_differ,
    experiments.experiments_name_what_exists,
    experiments.experiments_can_run,
)
