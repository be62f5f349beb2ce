"""Rules on prompts: the branded flag is true, the control is never named, no question stands twice."""

from collections.abc import Iterator

from brand_monitor.monitor.rules.draft import Draft, Finding, repeats
from brand_monitor.monitor.rules.spelling import fold, naming, words


def branded_flags_tell_the_truth(draft: Draft) -> Iterator[Finding]:
    """A question that names a brand inflates its figures, so the flag is checked against the text."""
    texts = [f"{prompt.text}\n{prompt.persona or ''}" for prompt in draft.prompts.values()]
    brands = {brand.id: brand for brand in draft.brands.values()}
    controls = {brand.id for brand in brands.values() if brand.role == "control"}
    for (index, prompt), named in zip(draft.prompts.items(), naming(draft, texts), strict=True):
        if controls & named.maybe:
            yield Finding(("prompts", index, "text"), "names the control brand, which must appear nowhere")
        elif named.surely and not prompt.branded:
            names = ", ".join(brand.name for brand in brands.values() if brand.id in named.surely)
            message = f"names {names}: set branded: true, or list the phrase in exclusions of that brand"
            yield Finding(("prompts", index, "text"), message)
        elif prompt.branded and not named.maybe and "brands" not in draft.incomplete:
            yield Finding(("prompts", index, "branded"), "is true, but the prompt names no tracked brand")


def captured_questions_find_one_prompt(draft: Draft) -> Iterator[Finding]:
    """An imported answer says only which question was asked: persona and locale cannot tell prompts apart."""
    if not any(engine.family == "import" for engine in draft.engines.values()):
        return
    asked = (
        (("prompts", index, "text"), tuple(word for word in words(prompt.text) if word.isalnum()))
        for index, prompt in draft.prompts.items()
    )
    for path, first in repeats(asked):
        other = draft.prompts[int(first[1])].id
        yield Finding(
            path, f"imported answers cannot tell it from prompt {other!r}: both hold the same words"
        )


def prompts_differ(draft: Draft) -> Iterator[Finding]:
    """The same question twice would be two clusters that are one."""
    shown = (
        (("prompts", index, "text"), (fold(prompt.text), prompt.persona, prompt.locale))
        for index, prompt in draft.prompts.items()
    )
    for path, first in repeats(shown):
        other = draft.prompts[int(first[1])].id
        yield Finding(
            path, f"the same question as prompt {other!r}; more draws come from repeats of the engine"
        )
