"""Rules on sites: every page has one absolute address, listed once."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from brand_monitor.monitor.rules.draft import Draft, Finding, repeats


def pages_have_addresses(draft: Draft) -> Iterator[Finding]:
    """Every page has an absolute web address."""
    for index, site in draft.sites.items():
        if site.base_url is not None and not is_web_address(site.base_url):
            yield Finding(("sites", index, "base_url"), "must be an absolute http or https URL")
        for position, page in enumerate(site.pages):
            path = ("sites", index, "pages", position)
            if "://" not in page and site.base_url is None:
                yield Finding(path, f"{page!r} is relative, but the site has no base_url")
            elif "://" in page and not is_web_address(page):
                yield Finding(path, f"{page!r} is no http or https URL")


def is_web_address(url: str) -> bool:
    """Return whether ``url`` is absolute, on http or https, with a host and no password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def pages_differ(draft: Draft) -> Iterator[Finding]:
    """A page listed twice would be fetched and counted twice."""
    addresses = (
        (("sites", index, "pages", position), url)
        for index, site in draft.sites.items()
        for position, url in enumerate(site.urls)
    )
    for path, first in repeats(addresses):
        yield Finding(path, f"the same page as in site {draft.sites[int(first[1])].id!r}")
