"""Finding brands: spellings, boundaries, homonyms, products, exclusions, offsets; and what is no mention."""

import pytest

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from brand_monitor.failures import MonitorFileError

BRANDS = [
    BrandNames("nike", ("Nike",), ("Pegasus", "Air Max")),
    BrandNames("adidas", ("adidas",)),
    BrandNames("hoka", ("HOKA",)),
    BrandNames("new-balance", ("New Balance",)),
    BrandNames("brooks", ("Brooks",), ("Ghost 16",), ("Brooks Koepka", "Mel Brooks")),
    BrandNames("on", ("On", "On Running")),
    BrandNames("away", ("Away",)),
    BrandNames("target", ("Target",), (), ("target audience",)),
    BrandNames("nothing", ("Nothing",)),
    BrandNames("apple", ("Apple",), ("iPhone",), ("apple pie",)),
    BrandNames("box", ("Box",)),
    BrandNames("hp", ("HP",)),
    BrandNames("686", ("686",)),
    BrandNames("delonghi", ("De'Longhi",)),
    BrandNames("loreal", ("L'Oréal",)),
    BrandNames("strauss", ("Strauß",)),
    BrandNames("uber", ("Uber",)),
    BrandNames("hm", ("H&M",)),
    BrandNames("greenpan", ("GreenPan",)),
    BrandNames("coke", ("Coca-Cola",)),
    BrandNames("martens", ("Dr. Martens",)),
    BrandNames("mcd", ("McDonald's",)),
    BrandNames("disney", ("Disney+",)),
    BrandNames("you", ("You.com",)),
    BrandNames("samsung", ("Samsung", "삼성")),
    BrandNames("xiaomi", ("小米",)),
    BrandNames("nike-jp", ("ナイキ",)),
    BrandNames("nike-hi", ("नाइकी",)),
    BrandNames("lada", ("Лада",)),
]
MATCHER = MentionMatcher(BRANDS)


def found(text):
    return [(mention.brand_id, mention.surface) for mention in MATCHER.find(text)]


def surfaces(text):
    return [mention.surface for mention in MATCHER.find(text)]


@pytest.mark.parametrize(
    ("text", "brand", "surface"),
    [
        ("Nike's shoe", "nike", "Nike"),
        ("Nike\u2019s shoe", "nike", "Nike"),
        ("a NIKE shoe", "nike", "NIKE"),
        ("cheap nike shoes", "nike", "nike"),
        ("Nike-branded", "nike", "Nike"),
        ("non-Nike", "nike", "Nike"),
        ("two Nikes", "nike", "Nikes"),
        ("#Nike", "nike", "Nike"),
        ("@Nike", "nike", "Nike"),
        ("Nike\u2122 and more", "nike", "Nike"),
        ("Ni\u200bke", "nike", "Ni\u200bke"),
        ("Ni\u00adke", "nike", "Ni\u00adke"),
        ("\uff2e\uff49\uff4b\uff45", "nike", "\uff2e\uff49\uff4b\uff45"),
        ("\U0001d5e1\U0001d5f6\U0001d5f8\U0001d5f2", "nike", "\U0001d5e1\U0001d5f6\U0001d5f8\U0001d5f2"),
        ("New\u00a0Balance", "new-balance", "New\u00a0Balance"),
        ("New  Balance", "new-balance", "New  Balance"),
        ("New\nBalance", "new-balance", "New\nBalance"),
        ("New-Balance", "new-balance", "New-Balance"),
        ("New\u2011Balance", "new-balance", "New\u2011Balance"),
        ("#NewBalance", "new-balance", "NewBalance"),
        ("**New** Balance", "new-balance", "New** Balance"),
        ("De\u2019Longhi", "delonghi", "De\u2019Longhi"),
        ("De\u2032Longhi", "delonghi", "De\u2032Longhi"),
        ("DELONGHI", "delonghi", "DELONGHI"),
        ("De Longhi", "delonghi", "De Longhi"),
        ("L\u2019Oreal", "loreal", "L\u2019Oreal"),
        ("L'Ore\u0301al", "loreal", "L'Ore\u0301al"),
        ("STRAUSS", "strauss", "STRAUSS"),
        ("H & M", "hm", "H & M"),
        ("H&amp;M", "hm", "H&amp;M"),
        ("H and M", "hm", "H and M"),
        ("Green Pan", "greenpan", "Green Pan"),
        ("Coca Cola", "coke", "Coca Cola"),
        ("CocaCola", "coke", "CocaCola"),
        ("Dr Martens", "martens", "Dr Martens"),
        ("Dr.Martens", "martens", "Dr.Martens"),
        ("McDonalds", "mcd", "McDonalds"),
        ("Disney+ has", "disney", "Disney+"),
        ("Disney\\+ has", "disney", None),
        ("on You.com now", "you", "You.com"),
        ("삼성은 좋다", "samsung", "삼성"),
        ("\u1109\u1161\u11b7\u1109\u1165\u11bc은", "samsung", "\u1109\u1161\u11b7\u1109\u1165\u11bc"),
        ("Samsung의 전화", "samsung", "Samsung"),
        ("我喜欢小米手机", "xiaomi", "小米"),
        ("ナイキの靴", "nike-jp", "ナイキ"),
        ("\uff85\uff72\uff77", "nike-jp", "\uff85\uff72\uff77"),
        ("これはNikeです", "nike", "Nike"),
        ("новая ЛАДА", "lada", "ЛАДА"),
        ("यह नाइकी है", "nike-hi", "नाइकी"),
    ],
)
def test_a_brand_is_found_however_it_is_written(text, brand, surface):
    assert found(text) == ([(brand, surface)] if surface else [])


@pytest.mark.parametrize(
    "text",
    [
        "toolbox, boxes and boxing",
        "snikers, Nikeland, unnike, nike2go",
        "a new balance between work and life",
        "New\n\nBalance",
        "- New\n- Balance",
        "New. Balance",
        "New, Balance",
        "| New | Balance |",
        "\u00fcber and \u00dcber",
        "200 hp and ups and downs",
        "gadgets and lada",
        "Disney is older",
        "ask you something",
        "구삼성 and 삼성전자",
        "заладами",
        "about 686 calories",
        "a green pan",
    ],
)
def test_a_word_that_only_looks_like_a_brand_is_none(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "https://nike.example/nike-pegasus",
        "see www.nike.example/nike",
        "nike.com and shop.nike.co.uk and nike-shoes.com",
        "mail to help@nike.com",
        "under shop.com/nike/pegasus",
        "[shoes](https://a.example/nike 'Nike')",
        '[1]: https://a.example "Nike shoes"',
        "`nike` and\n```\nNike\n```",
        '<img alt="Nike" src="nike.png">',
        "![Nike](nike.png)",
    ],
)
def test_addresses_and_code_are_no_prose(text):
    assert found(text) == []
    ["nike"] if text.startswith("![") else []


def test_the_anchor_of_a_link_counts_and_its_target_does_not():
    assert found("[Nike](https://adidas.com/hoka)") == [("nike", "Nike")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On the other hand, On is Swiss.", ["On"]),
        ("On cloudy days I run. I like shoes from On.", ["On"]),
        ("On Monday, on the road", []),
        ("1. **On** - light\n2. **Hoka** - soft", ["On", "Hoka"]),
        ("Hoka, On, and Brooks", ["Hoka", "On", "Brooks"]),
        ("On Running makes shoes", ["On Running"]),
        ("a list of 9 Countries On Pompeo's visit and then some more words in lower case", []),
        ("brooks and streams", []),
        ("Brooks are small streams.", []),
        ("Brooks makes the Ghost 16", ["Brooks", "Ghost 16"]),
        ("Try Brooks shoes", ["Brooks"]),
        ("We went away. Away from home", []),
        ("Away makes bags. Away is new", ["Away", "Away"]),
        ("Target your audience", []),
        ("I bought it at Target.", ["Target"]),
        ("Nothing is better than this", []),
        ("the phone by Nothing is good", ["Nothing"]),
        ("Nothing makes a phone that I use. I like the Nothing phone", ["Nothing"]),
        ("an apple a day, Apple's phone", ["Apple"]),
        ("TARGET YOUR AUDIENCE AND BROOKS", []),
        ("HP and Hp and hp", ["HP", "Hp"]),
        ("the 686 Smarty Jacket", ["686"]),
        ("best new balance shoes", []),
        ("i run a lot. new balance is best.", ["new balance"]),
    ],
)
def test_a_brand_that_is_an_everyday_word_needs_evidence(text, expected):
    assert surfaces(text) == expected


def test_one_sure_mention_vouches_for_a_capital_at_the_start_of_a_sentence():
    assert surfaces("Target audiences differ.") == []
    assert surfaces("Apple changed a lot. I own stock of Apple.") == ["Apple", "Apple"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("above $50KHoka, reviewNike Pegasus", ["Nike Pegasus"]),
        ("competitorsNew Balance", []),
        ("$16.99Nike", ["Nike"]),
        ("NikeThe shoe", ["Nike"]),
        ("Nike999,99 $", ["Nike"]),
        ("MacBox and toolBox", []),
        ("weitereAdidas", ["Adidas"]),
    ],
)
def test_words_that_a_capture_glued_together_are_told_apart_for_distinctive_names_only(text, expected):
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Pegasus is light", [("nike", "Pegasus")]),
        ("Nike Pegasus", [("nike", "Nike Pegasus")]),
        ("Nike's Pegasus 41", [("nike", "Nike's Pegasus")]),
        ("**Nike** Pegasus", [("nike", "Nike** Pegasus")]),
        ("Nike, the Air Max", [("nike", "Nike"), ("nike", "Air Max")]),
        ("iPhones by Apple", [("apple", "iPhones"), ("apple", "Apple")]),
        ("the Ghost of it", []),
    ],
)
def test_products_roll_up_and_stand_beside_their_brand_as_one_mention(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Know your target audience. Target Audience! I like Target.", ["Target"]),
        ("Brooks Koepka and Mel Brooks met. Brooks Ghost 16", ["Brooks Ghost 16"]),
        ("Apple pies at Apple's", ["Apple"]),
    ],
)
def test_an_excluded_phrase_is_not_the_brand(text, expected):
    assert surfaces(text) == expected


def test_the_longest_name_wins_and_a_failed_longer_one_gives_way():
    matcher = MentionMatcher([BrandNames("air", ("Nike Air",)), BrandNames("nike", ("Nike",))])
    assert [m.brand_id for m in matcher.find("Nike Air and Nike airbrush")] == ["air", "nike"]


def test_of_two_brands_with_one_name_the_first_has_it_and_the_conflict_is_shown():
    matcher = MentionMatcher(
        [
            BrandNames("a", ("Acme",)),
            BrandNames("b", ("ACME", "Bolt")),
            BrandNames("c", ("Acme Pro",), ("Bolt",)),
        ]
    )
    assert [m.brand_id for m in matcher.find("Acme and Bolt and Acmes")] == ["a", "b", "a"]
    assert matcher.conflicts == [("ACME", "a", "b"), ("Bolt", "b", "c")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Procter and Gamble", "Procter & Gamble"),
        ("Panic! at the Disco", "Panic at the Disco"),
        ("Lexus", "two Lexuses"),
        ("WH-1000XM5", "the WH1000XM5"),
        ("Fjällräven", "Fjallraven"),
        (".NET", "the NET"),
    ],
)
def test_a_name_is_found_in_its_other_spellings(name, text):
    assert len(MentionMatcher([BrandNames("x", (name,))]).find(text)) == 1


def test_an_alias_that_repeats_a_name_is_no_conflict():
    matcher = MentionMatcher([BrandNames("nike", ("Nike", "NIKE", "nike"), ("Nike",), ("Nike",))])
    assert matcher.conflicts == []
    assert matcher.find("Nike") == []  # the exclusion covers it


def test_a_name_that_no_text_can_hold_is_a_mistake_in_the_monitor_file():
    with pytest.raises(MonitorFileError, match=r"brand 'x': the name '!!!' holds no letter"):
        MentionMatcher([BrandNames("x", ("!!!",))])


def test_without_brands_there_are_no_mentions():
    assert MentionMatcher([]).find("Nike") == []


def test_offsets_are_those_of_the_stored_text():
    text = "Straße \ufb01ne \u200b… 😀 e\u0301 L\u2019Ore\u0301al\u2019s and De\u2019Longhi"
    for mention in MATCHER.find(text):
        assert text[mention.start : mention.end] == mention.surface
    assert surfaces(text) == ["L\u2019Ore\u0301al", "De\u2019Longhi"]


def test_ranks_prominence_and_sentences_describe_where_a_brand_stands():
    text = "Here are three:\n\n1. **Hoka Clifton** - softer than Nike\n2. **Nike Pegasus** - light\n3. adidas: new\n"
    hoka, nike_aside, nike, adidas = MATCHER.find(text)
    assert [m.entity_rank for m in (hoka, nike_aside, nike, adidas)] == [1, 2, 2, 3]
    assert [m.list_rank for m in (hoka, nike_aside, nike, adidas)] == [1, None, 2, 3]
    assert hoka.prominence == pytest.approx(1 - text.index("Hoka") / len(text))
    assert nike_aside.sentence == "**Hoka Clifton** - softer than Nike"
    assert text[nike.sentence_start :].startswith(nike.sentence)


def test_many_texts_at_once_are_read_as_one_by_one():
    texts = [
        "Nike",
        "",
        "New",
        "Balance",
        "no brand here",
        "L\u2019Oréal 小米",
        "x" * 500_000 + " Hoka",
        "On is Swiss.",
    ]
    assert MATCHER.find_many(texts) == [MATCHER.find(text) for text in texts]
