"""Rules on experiments: they name prompts and engines that exist, and their pages stay the same."""

from collections.abc import Iterator, Sequence

from brand_monitor.monitor.rules.draft import Draft, Finding, repeats


def experiments_name_what_exists(draft: Draft) -> Iterator[Finding]:
    """A prompt or engine that no list holds would be left out silently."""
    for index, experiment in draft.experiments.items():
        for kind, named in (("prompts", experiment.prompts), ("engines", experiment.engines)):
            yield from _unknown(draft, index, kind, named)
            yield from (
                Finding(path, f"named twice: {named[int(path[3])]!r}")
                for path, _ in repeats(
                    (("experiments", index, kind, position), one) for position, one in enumerate(named)
                )
            )


def _unknown(draft: Draft, index: int, kind: str, named: Sequence[str]) -> Iterator[Finding]:
    """Yield every id that the list ``kind`` of the monitor does not hold; a list with gaps may hold it."""
    if kind in draft.incomplete:
        return
    known = [part.id for part in (draft.prompts if kind == "prompts" else draft.engines).values()]
    for position, one in enumerate(named):
        if one not in known:
            message = f"no {kind.removesuffix('s')} {one!r} in this monitor (known: {', '.join(known)})"
            yield Finding(("experiments", index, kind, position), message)


def experiments_can_run(draft: Draft) -> Iterator[Finding]:
    """What is taken away must be known to be all that was there."""
    engines = {engine.id: engine for engine in draft.engines.values()}
    for index, experiment in draft.experiments.items():
        for position, one in enumerate(experiment.engines):
            path = ("experiments", index, "engines", position)
            engine = engines.get(one)
            if engine is not None and engine.family == "import":
                yield Finding(path, f"{one!r} is asked by somebody else, so it cannot be shown chosen pages")
            elif engine is not None and engine.web:
                yield Finding(path, f"{one!r} searches the web, so its pages cannot be kept the same")
        if not (experiment.leave_one_out or experiment.masks or experiment.permutations):
            message = "changes nothing: set leave_one_out: true, masks or permutations"
            yield Finding(("experiments", index, "leave_one_out"), message)
        if not draft.sites and "sites" not in draft.incomplete:
            yield Finding(("experiments", index), "an experiment needs pages, but there are no sites")
        yield from _nothing_to_ask(draft, index)


def _nothing_to_ask(draft: Draft, index: int) -> Iterator[Finding]:
    """Yield a finding if the experiment takes all prompts that are not branded, and there is none."""
    is_unbranded = any(not prompt.branded for prompt in draft.prompts.values())
    if not draft.experiments[index].prompts and not is_unbranded and "prompts" not in draft.incomplete:
        message = "names no prompts, and every prompt is branded: list the prompts to ask"
        yield Finding(("experiments", index), message)
