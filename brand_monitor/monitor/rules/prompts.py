"""Rules on prompts: the branded flag is true, the control is never named, no question stands twice.

What holds for a prompt holds for each of its variants: they are asked and counted like it.
"""

from collections.abc import Iterator

from brand_monitor.monitor.prompts import MAX_QUESTIONS
from brand_monitor.monitor.rules.draft import Draft, Finding, Path, repeats
from brand_monitor.monitor.rules.spelling import Naming, fold, naming, words

_Named = tuple[Path, Naming]


def branded_flags_tell_the_truth(draft: Draft) -> Iterator[Finding]:
    """A question that names a brand inflates its figures, so the flag is checked against the text."""
    names = {brand.id: brand.name for brand in draft.brands.values()}
    controls = {brand.id for brand in draft.brands.values() if brand.role == "control"}
    for index, worded, personas in _named_texts(draft):
        prompt = draft.prompts[index]
        for path, named in [*worded, *personas]:
            if controls & named.maybe:
                yield Finding(path, "names the control brand, which must appear nowhere")
            elif named.surely and not prompt.branded:
                listed = ", ".join(name for brand_id, name in names.items() if brand_id in named.surely)
                message = f"names {listed}: set branded: true, or list the phrase in exclusions of that brand"
                yield Finding(path, message)
        if prompt.branded and "brands" not in draft.incomplete:
            yield from _unbranded_wordings(index, worded, personas)


def _unbranded_wordings(index: int, worded: list[_Named], personas: list[_Named]) -> Iterator[Finding]:
    """Yield every wording of a branded prompt that names no brand, whoever asks it."""
    is_named_by_asker = bool(personas) and all(named.maybe for _, named in personas)
    silent = [path for path, named in worded if not named.maybe and not is_named_by_asker]
    if len(silent) == len(worded) and silent:
        yield Finding(("prompts", index, "branded"), "is true, but the prompt names no tracked brand")
        return
    for path in silent:
        yield Finding(path, "names no tracked brand, but its prompt is branded: make it a prompt of its own")


def _named_texts(draft: Draft) -> Iterator[tuple[int, list[_Named], list[_Named]]]:
    """Yield (index, wordings, personas) of every prompt, each with its path and the brands it names."""
    parts: list[tuple[Path, str]] = []
    counts: list[tuple[int, int, int]] = []
    for index, prompt in draft.prompts.items():
        worded = [(wording.field, wording.text) for wording in prompt.wordings]
        personas = [(asker.field, asker.persona) for asker in prompt.askers if asker.persona]
        parts += [(("prompts", index, *field), text) for field, text in [*worded, *personas]]
        counts.append((index, len(worded), len(personas)))
    named = zip((path for path, _ in parts), naming(draft, [text for _, text in parts]), strict=True)
    for index, wordings, people in counts:
        yield index, [next(named) for _ in range(wordings)], [next(named) for _ in range(people)]


def families_are_small(draft: Draft) -> Iterator[Finding]:
    """Every question is asked by every engine, so a family that multiplies is a bill that nobody meant."""
    for index, prompt in draft.prompts.items():
        wordings, askers = len(prompt.wordings), len(prompt.askers)
        if wordings * askers > MAX_QUESTIONS:
            message = (
                f"stands for {wordings * askers} questions ({wordings} wordings, each asked by {askers} "
                f"people); at most {MAX_QUESTIONS} are allowed"
            )
            yield Finding(("prompts", index, "id"), message)


def captured_questions_find_one_prompt(draft: Draft) -> Iterator[Finding]:
    """An imported answer says only which question was asked: persona and locale cannot tell prompts apart."""
    if not any(engine.family == "import" for engine in draft.engines.values()):
        return
    asked = (
        (("prompts", index, *wording.field), tuple(word for word in words(wording.text) if word.isalnum()))
        for index, prompt in draft.prompts.items()
        for wording in prompt.wordings
    )
    for path, first in repeats(asked):
        other = draft.prompts[int(first[1])].id
        yield Finding(
            path, f"imported answers cannot tell it from prompt {other!r}: both hold the same words"
        )
    for index, prompt in draft.prompts.items():
        if prompt.personas:
            message = "imported answers do not say who asked: keep one persona, or write prompts of their own"
            yield Finding(("prompts", index, "personas"), message)


def prompts_differ(draft: Draft) -> Iterator[Finding]:
    """The same question twice would be two clusters that are one."""
    shown = (
        (
            ("prompts", index, *(asker.field if asker.suffix else wording.field)),
            (fold(wording.text), asker.persona, wording.locale),
        )
        for index, prompt in draft.prompts.items()
        for wording in prompt.wordings
        for asker in prompt.askers
    )
    seen: set[Path] = set()
    for path, first in repeats(shown):
        if path in seen:
            continue
        seen.add(path)
        other = draft.prompts[int(first[1])].id
        yield Finding(
            path, f"the same question as prompt {other!r}; more draws come from repeats of the engine"
        )
