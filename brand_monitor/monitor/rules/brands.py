"""Rules on brands: one control, at least one own, every spelling and domain owned once."""

from collections.abc import Iterator

from brand_monitor.monitor.rules.draft import Draft, Finding, repeats
from brand_monitor.monitor.rules.spelling import fold, is_findable, spellings


def roles_are_complete(draft: Draft) -> Iterator[Finding]:
    """One control, and at least one own brand."""
    if "brands" in draft.incomplete:
        return
    roles = {index: brand.role for index, brand in draft.brands.items()}
    controls = [index for index, role in roles.items() if role == "control"]
    if not controls:
        yield Finding(
            ("brands",),
            "one brand needs role control: an invented name, whose rate must be 0",
        )
    for index in controls[1:]:
        yield Finding(("brands", index, "role"), "a second control; exactly one brand has role control")
    if "own" not in roles.values():
        yield Finding(("brands",), "no brand has role own: mark the brand that you care about")


def spellings_can_be_found(draft: Draft) -> Iterator[Finding]:
    """A text names a brand by letters and digits; signs around them do not count."""
    for path, _, spelling in spellings(draft):
        if not is_findable(spelling):
            yield Finding(path, "holds no letter and no digit, so no text can name it")


def spellings_belong_to_one_brand(draft: Draft) -> Iterator[Finding]:
    """A spelling that counts as two brands could be counted for neither."""
    owner: dict[str, int] = {}
    for path, index, spelling in spellings(draft):
        if (other := owner.setdefault(spelling, index)) != index:
            yield Finding(path, f"{spelling!r} already counts as brand {draft.brands[other].id!r}")


def domains_belong_to_one_brand(draft: Draft) -> Iterator[Finding]:
    """A domain has one owner."""
    owned = (
        (("brands", index, "domains", position), domain)
        for index, brand in draft.brands.items()
        for position, domain in enumerate(brand.domains)
    )
    for path, first in repeats(owned):
        yield Finding(path, f"domain already listed for brand {draft.brands[int(first[1])].id!r}")


def exclusions_contain_the_brand(draft: Draft) -> Iterator[Finding]:
    """A phrase without any spelling of the brand excludes nothing: most likely a slip."""
    for index, brand in draft.brands.items():
        spellings = [fold(one) for one in brand.spellings]
        for position, phrase in enumerate(brand.exclusions):
            if not any(one in fold(phrase) for one in spellings):
                path = ("brands", index, "exclusions", position)
                yield Finding(path, f"contains no spelling of {brand.name!r}, so it excludes nothing")
