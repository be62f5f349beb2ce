"""Types of sources and of pages: what each rule says, and the evidence that it names."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brand_monitor.domain.citations.page_types import page_type
from brand_monitor.domain.citations.sources import source_type
from brand_monitor.schemas.core import PAGE_TYPES, SOURCE_TYPES

LISTS = Path(__file__).parents[4] / "shared" / "data" / "lists"
needs_lists = pytest.mark.skipif(
    not LISTS.exists(), reason="the published lists of sites are not on this machine (../shared/data/lists)"
)


@pytest.mark.parametrize(
    ("url", "kind", "evidence"),
    [
        ("https://www.nytimes.com/wirecutter/reviews/best-turntable/", "editorial", "listed: nytimes.com"),
        ("https://shopping.yahoo.com/x", "retailer", "listed: shopping.yahoo.com"),
        ("https://tech.yahoo.com/x", "editorial", "listed: yahoo.com"),
        ("https://www.amazon.de/dp/B01", "retailer", "listed: amazon.de"),
        ("https://www.reddit.com/r/shoes", "community", "listed: reddit.com"),
        ("https://de.wikipedia.org/wiki/Schuh", "reference", "listed: wikipedia.org"),
        ("https://www.cdc.gov/flu", "institutional", "ending: gov"),
        ("https://www.service.gov.uk/", "institutional", "ending: gov.uk"),
        ("https://www.cs.ox.ac.uk/", "institutional", "ending: ac.uk"),
        ("https://guides.libraries.emory.edu/c.php?g=1", "institutional", "ending: edu"),
        ("https://forums.electricbikes.example/threads/1", "community", "host: forums"),
        ("https://shop.equinoxplus.example/x", "retailer", "host: shop"),
        ("https://www.springfieldherald.example/", "editorial", "domain: herald"),
        ("https://cityofspringfield.example/", "institutional", "domain: cityof"),
        ("https://equinoxevforum.example/", "community", "domain: forum"),
        ("https://kettles.example/products/k1", "retailer", "path: products"),
        ("https://kettles.example/wiki/K1", "reference", "path: wiki"),
        ("https://kettles.example/forum/topic/1", "community", "path: forum"),
        ("https://kettles.example/2026/03/k1-tried", "editorial", "path: 2026/03"),
        ("https://kettles.example/k1", "other", "no rule applies"),
    ],
)
def test_a_source_has_a_type_and_names_the_evidence(url, kind, evidence):
    assert source_type(url) == (kind, evidence)


@pytest.mark.parametrize("owner", ["own", "competitor"])
def test_the_owner_of_the_domain_comes_before_everything_else(owner):
    assert source_type("https://www.nytimes.com/", owner=owner) == (owner, "domain of a tracked brand")


def test_a_control_brand_owns_no_type():
    assert source_type("https://ombrevale.example/", owner="control").type == "other"


def test_a_title_decides_only_where_the_address_says_nothing():
    assert source_type("https://kettles.example/x1", title="The Best Kettles") == ("editorial", "title: best")
    assert source_type("https://kettles.example/products/x1", title="The Best Kettles").type == "retailer"
    assert source_type("https://kettles.example/x1", title="Kettles | Free shipping").type == "retailer"


@pytest.mark.parametrize(
    "url",
    [
        "https://notreddit.example/",
        "https://compost.example/",
        "https://nespress.example/",
        "https://preview.example/",
        "https://sometimes.example/",
        "https://myreddit.com/",
    ],
)
def test_words_inside_of_other_words_are_no_evidence(url):
    assert source_type(url).type == "other"


@pytest.mark.parametrize(
    ("url", "kind", "evidence"),
    [
        ("https://kettles.example/", "home", "path: /"),
        ("https://kettles.example/en-us/", "home", "path: /en-us/"),
        ("https://www.reddit.com/r/tea/comments/1ab/best_kettle/", "forum", "path: r/tea"),
        ("https://forums.kettles.example/x", "forum", "host: forums"),
        ("https://kettles.example/products/best-kettle-set", "product", "path: products"),
        ("https://www.amazon.com/Kettle/dp/B0CRT6HQ82", "product", "path: dp"),
        ("https://kettles.example/blog/k1-vs-k2-the-best-kettle", "comparison", "path: vs"),
        ("https://kettles.example/best-kettles-2026", "listicle", "path: best"),
        ("https://kettles.example/10-kettles-we-love.html", "listicle", "path: 10 kettles"),
        ("https://kettles.example/k1-alternatives", "listicle", "path: alternatives"),
        ("https://kettles.example/how-to-descale-a-kettle", "how_to", "path: how to"),
        ("https://kettles.example/best-buy-opens-a-store", "other", "no rule applies"),
        ("https://kettles.example/reviews/k1", "other", "no rule applies"),
        ("not a url", "other", "no rule applies"),
    ],
)
def test_a_page_has_a_kind_and_names_the_evidence(url, kind, evidence):
    assert page_type(url) == (kind, evidence)


def test_a_title_says_what_the_path_does_not():
    seven = page_type("https://kettles.example/a1", title="7 kettles we tested")
    assert seven == ("listicle", "title: 7 kettles")
    assert page_type("https://kettles.example/a1", title="K1 vs. K2").type == "comparison"
    assert page_type("https://kettles.example/a1", title="Buy the K1").type == "product"


def test_a_snapshot_says_what_neither_path_nor_title_do():
    lines = "\n".join(f"{at}. Kettle {at}\nIt boils." for at in range(1, 5))
    assert page_type("https://kettles.example/a1", text=lines) == ("listicle", "snapshot: 4 list headings")
    cart = "K1 kettle. In stock. Quantity 1. Add to cart."
    assert page_type("https://kettles.example/a1", text=cart) == ("product", "snapshot: 3 words of a shop")
    steps = "Step 1 fill\nStep 2 boil\nStep 3 pour"
    assert page_type("https://kettles.example/a1", text=steps) == ("how_to", "snapshot: 3 steps")
    assert page_type("https://kettles.example/a1", text="Add to cart.").type == "other"


@given(
    st.one_of(st.text(), st.text().map("https://a.example/".__add__)),
    st.none() | st.text(),
    st.none() | st.text(),
)
def test_anything_has_a_type(url, title, text):
    kind, page = source_type(url, title=title), page_type(url, title=title, text=text)
    assert kind.type in SOURCE_TYPES
    assert page.type in PAGE_TYPES
    assert kind.evidence
    assert page.evidence


@needs_lists
def test_of_published_news_sites_two_in_five_are_typed_and_nearly_all_of_them_as_editorial():
    hosts = (LISTS / "newspaper4k_news_sources.txt").read_text().split()
    typed = [kind for host in hosts if (kind := source_type(f"https://{host}/").type) != "other"]
    assert len(typed) / len(hosts) > 0.4
    assert typed.count("editorial") / len(typed) > 0.96


@needs_lists
@pytest.mark.parametrize(
    ("category", "kind"), [("category-ecommerce", "retailer"), ("category-forums", "community")]
)
def test_of_other_published_lists_few_are_typed_as_something_else(category, kind):
    hosts = json.loads((LISTS / "v2fly_categories_expanded.json").read_text())[category]
    typed = [found for host in hosts if (found := source_type(f"https://{host}/").type) != "other"]
    assert typed.count(kind) / len(typed) > 0.7
