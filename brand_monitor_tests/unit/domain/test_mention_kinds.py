"""How a brand is spoken of: negation by clause, advice, echoes of the question, and the rule that says so."""

import pytest

from brand_monitor.domain.mentions import BrandNames, MentionMatcher
from brand_monitor.domain.mentions.kind_rules import RULES

MATCHER = MentionMatcher(
    [
        BrandNames("nike", ("Nike",), ("Pegasus",)),
        BrandNames("hoka", ("Hoka",)),
        BrandNames("lark", ("Larkstride",)),
    ]
)

EXAMPLES = [
    ("absent.not_found", "I couldn't find Larkstride in the sources."),
    ("absent.not_found", "I could not find any information about a brand called Larkstride."),
    ("absent.not_found", "The sources do not mention Larkstride."),
    ("absent.not_found", "I was unable to find reviews for Larkstride."),
    ("absent.no_information", "There is no information available on Larkstride."),
    ("absent.no_information", "I don't have specific information about Larkstride."),
    ("absent.no_information", "There are no mentions of Larkstride here."),
    ("absent.none_mentions", "None of the reviews mention Larkstride."),
    ("absent.unfamiliar", "I'm not familiar with Larkstride."),
    ("absent.unfamiliar", "I am unaware of a brand named Larkstride."),
    ("absent.does_not_appear", "Larkstride does not appear in the list."),
    ("absent.does_not_appear", "Larkstride isn\u2019t listed."),
    ("absent.does_not_appear", "Larkstride doesn't seem to exist."),
    ("absent.does_not_appear", "Larkstride is not in my sources."),
    ("absent.missing_from", "Larkstride is absent from all reviews."),
    ("warned.avoid", "Avoid Nike if your feet are wide."),
    ("warned.avoid", "I would steer clear of the older Nike models."),
    ("warned.not_recommended", "I wouldn't recommend the Nike Pegasus."),
    ("warned.not_recommended", "Do not buy Nike."),
    ("warned.not_worth", "Nike is not worth the money."),
    ("warned.not_worth", "The Nike Pegasus isn't a good choice."),
    ("warned.label", "Brands to avoid: Nike"),
    ("recommended.cannot_go_wrong", "You can't go wrong with Nike."),
    ("recommended.verb", "For you I recommend the Nike Pegasus."),
    ("recommended.verb", "Experts suggest Nike."),
    ("recommended.verb", "I'd go with Nike."),
    ("recommended.verb", "I would not hesitate to recommend Nike."),
    ("recommended.imperative", "If you want speed, choose Nike."),
    ("recommended.imperative", "Consider the Nike Pegasus."),
    ("recommended.is_best", "Nike is the best for this."),
    ("recommended.is_best", "The Nike Pegasus 41 is an excellent choice."),
    ("recommended.best_is", "My top pick is the Nike Pegasus."),
    ("recommended.best_is", "The best option for most people is Nike."),
    ("recommended.label", "**Best overall:** Nike Pegasus"),
    ("recommended.label", "Top pick: Nike"),
    ("recommended.is_recommended", "Nike is highly recommended."),
    ("recommended.named_best", "Runner's Weekly named the Nike Pegasus its best shoe."),
    ("recommended.heading", "### \U0001f947 Best Overall\n\n**Nike Pegasus**\nLight."),
    ("warned.heading", "## What to avoid\n\nNike"),
    ("absent.not_a_brand", "That is not a brand called Larkstride."),
    ("absent.nothing_known", "Larkstride is unknown to me."),
    ("absent.unverified", "I could not verify whether Larkstride exists."),
    ("warned.reluctant", "I hesitate to recommend Nike."),
    ("warned.neither", "Neither it nor Nike is a good fit."),
    ("warned.away_from", "Steer people away from Nike."),
    ("warned.last_resort", "Nike should be your last resort."),
    ("recommended.medal", "\U0001f947 **Nike**"),
    ("absent.de", "Zu Larkstride konnte ich keine Informationen finden."),
    ("absent.fr", "Je n\u2019ai trouv\u00e9 aucune information sur Larkstride."),
    ("absent.es", "No encontr\u00e9 informaci\u00f3n sobre Larkstride."),
    ("recommended.not_enough", "I can't recommend Nike enough."),
    ("recommended.not_overlook", "Don't overlook Nike."),
    ("recommended.unbeaten", "Nothing beats Nike."),
    ("warned.advice_against", "I'd advise against Nike."),
    ("warned.to_be_avoided", "Nike should be avoided."),
    ("warned.waste", "Don't waste your money on Nike."),
    ("warned.give_a_miss", "Give Nike a miss."),
    ("warned.de", "Von Nike rate ich ab."),
    ("warned.fr", "\u00c9vitez Nike."),
    ("warned.es", "No recomiendo Nike."),
    ("warned.would.it", "Nike is popular, but I wouldn't recommend it."),
    ("warned.table", "| Use | Avoid |\n|---|---|\n| Trail | Nike |"),
    ("compared.than", "It is softer than Nike."),
    ("compared.unlike", "Unlike Nike, it is soft."),
    ("compared.versus", "Nike versus all others"),
    ("compared.over", "I prefer it over Nike."),
    ("compared.prefer_to", "I prefer it to Nike."),
    ("compared.equal", "It is as soft as Nike."),
    ("compared.beats", "It outperforms Nike."),
    ("compared.switch", "I switched from Nike."),
    ("compared.de", "Er ist weicher als Nike."),
    ("compared.fr", "Elle est plus souple que Nike."),
    ("compared.es", "Es m\u00e1s blanda que Nike."),
    ("seller.sold_at", "It is available at Nike."),
    ("seller.price_at", "$99 at Nike."),
    ("seller.retailers", "Online stores like Nike have it."),
    ("seller.sells", "Nike sells it."),
    ("seller.check", "Check Nike for the latest prices."),
    ("seller.de", "Der Schuh ist bei Nike erh\u00e4ltlich."),
    ("seller.fr", "Disponible chez Nike."),
    ("seller.es", "Est\u00e1 disponible en Nike."),
    ("recommended.is_ours", "Nike is my go-to."),
    ("recommended.great", "Nike is great."),
    ("recommended.tagged", "Nike (best overall) is light."),
    ("recommended.row_label", "| Best overall | Nike |"),
    ("recommended.table", "| Use | Winner |\n|---|---|\n| Trail | Nike |"),
    ("recommended.de", "Ich empfehle Nike."),
    ("recommended.de_label", "Testsieger: Nike"),
    ("recommended.fr", "Je recommande Nike."),
    ("recommended.fr_label", "Meilleur choix : Nike"),
    ("recommended.es", "Recomiendo Nike."),
    ("recommended.es_label", "Mejor opci\u00f3n: Nike"),
    ("asked.quoted", "You asked about Nike."),
    ("absent.not_known", "Nike does not ring a bell."),
    ("absent.no_such", "There doesn't seem to be a shop named Nike."),
    ("absent.searched", "I searched for Nike without luck."),
    ("absent.nothing_came", "Nothing turned up under Nike."),
    ("absent.as_for", "As for Nike, I have nothing to report."),
    ("absent.info_missing", "Details about Nike are scarce."),
    ("quoted.source", "According to Nike, foam ages."),
    ("quoted.pick_of", "Nike's testers found it soft."),
    ("recommended.none_better", "Look no further than Nike."),
    ("recommended.no_regret", "You won't regret choosing Nike."),
    ("compared.times", "It costs half of what Nike asks."),
    ("compared.set_beside", "Next to Nike, it is soft."),
    ("seller.label", "Where to buy: Nike"),
    ("seller.there", "Try it on at Nike."),
    ("seller.price_of", "It costs $90 (Nike)"),
    ("warned.verdict", "Nike is overrated."),
    ("warned.verdict", "Nike doesn't make sense."),
    ("warned.would", "I would never have bought Nike."),
    ("warned.reasoned", "There is little reason to wear Nike."),
    ("warned.told", "Hold off on Nike for now."),
    ("warned.told", "Forget Nike."),
    ("warned.too", "Nike wears too quickly to recommend."),
    ("warned.no_longer", "Nike was a favourite once, but no longer."),
    ("warned.tagged", "Nike: hard pass"),
    ("recommended.choice", "Nike is the wiser option."),
    ("recommended.title", "The best shoe in the world is still Nike."),
    ("recommended.would", "I'd happily take Nike."),
    ("recommended.should", "Walkers will love Nike."),
    ("recommended.told", "Save money and get Nike."),
    ("recommended.verdict", "Nike tops our list."),
    ("recommended.named", "Runner-up: Nike"),
    ("recommended.only_one", "If I had to choose one, it would be Nike."),
    ("warned.verdict", "Nike was a letdown."),
    ("warned.of_oneself", "I gave up on Nike."),
    ("warned.reasoned", "I can't think of a reason to wear Nike."),
    ("warned.crossed", "\u274c Nike, poor grip"),
    ("recommended.verdict", "Nike is second to none, simply the best on the market."),
    ("recommended.placed", "Give Nike a try."),
    ("recommended.those_are", "Nike for speed and others for comfort: those are my picks."),
    ("recommended.marked", "Top choice \u2192 Nike"),
    ("warned.verdict", "Nike tears at the toe, which rules it out."),
    ("warned.dismissed.it", "The soles of Nike are reason enough to stay away."),
    ("warned.verdict", "Nike sits near the bottom of my list."),
    ("warned.reasoned", "It is time to ditch Nike."),
    ("recommended.verdict", "Nike is a no-brainer."),
    ("recommended.labelled", "My honest advice: Nike"),
    ("recommended.of_oneself.it", "I run in Nike daily and recommend it."),
    ("recommended.list", "My recommendations:\n- Nike"),
    ("warned.list", "I'd avoid these:\n- Nike"),
    ("compared.table_head", "| Test | Nike |\n|---|---|\n| Grip | 3 |"),
    ("seller.going", "Swing by Nike for a fitting."),
    ("warned.told_not", "Don't convert money through Nike."),
    ("warned.give_a_miss", "Give Nike a miss."),
    ("recommended.answered", "If money is no object, Nike."),
    ("recommended.answer", "Only room for one? Nike."),
    ("recommended.felt", "Beginners are in safe hands with Nike."),
    ("recommended.relative", "Nike is the shoe I would take."),
    ("named.counterfactual", "If it weren't so dear, I'd recommend Nike."),
    ("quoted.named", "\u201cNike is a fine shoe,\u201d says a runner."),
    ("named.question", "Nike is the best, right?"),
    ("named.default", "Nike is a brand from Oregon."),
]


def kinds(text, question=None):
    return [(mention.brand_id, mention.kind) for mention in MATCHER.find(text, question)]


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_every_rule_has_its_sentences(rule, text):
    (mention,) = MATCHER.find(text)
    assert mention.reason == rule
    assert mention.kind.startswith(rule.partition(".")[0])
    assert mention.is_counted == (mention.kind not in {"absent", "asked", "seller"})
    assert (mention.entity_rank is None) == (not mention.is_counted)


def test_no_rule_is_without_an_example():
    assert {rule.id for rule in RULES} <= {rule for rule, _ in EXAMPLES}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I couldn't find Larkstride, but Nike is fine.", ["absent", "named"]),
        ("Nike is fine; Larkstride does not appear anywhere.", ["named", "absent"]),
        ("I couldn't find Larkstride, Nike is popular.", ["absent", "named"]),
        ("Avoid Nike because Hoka is softer.", ["warned_against", "named"]),
        ("I recommend Nike over Hoka.", ["recommended", "compared"]),
        ("I recommend Nike rather than Hoka.", ["recommended", "compared"]),
        ("Although Nike is not recommended, Hoka is a great choice.", ["warned_against", "recommended"]),
        ("I couldn't find a better shoe than Nike.", ["recommended"]),
    ],
)
def test_a_negation_reaches_to_the_end_of_its_clause(text, expected):
    assert [kind for _, kind in kinds(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I couldn't find any mention of Larkstride or Hoka.", ["absent", "absent"]),
        ("Avoid Nike, Hoka and Larkstride.", ["warned_against"] * 3),
        ("I recommend the Nike Pegasus or the Hoka Clifton.", ["recommended", "recommended"]),
    ],
)
def test_brands_that_share_a_verb_share_its_kind(text, expected):
    assert [kind for _, kind in kinds(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Don't skip Nike.",
        "There is no need to avoid Nike.",
        "Nike doesn't appear to be heavy.",
        "Nike recommends replacing shoes after 500 km.",
        "We recommend replacing Nike shoes after 500 km.",
        "To avoid blisters, wear socks in Nike shoes.",
        "Many choose Nike.",
        "Nike is not only light.",
    ],
)
def test_what_sounds_like_advice_but_is_none_is_only_named(text):
    assert kinds(text) == [("nike", "named")]


def test_a_plural_label_and_a_second_brand_below_a_heading_are_only_named():
    assert kinds("Top picks: Nike") == [("nike", "named")]
    assert kinds("## Best overall\n\nNike (made by Hoka)") == [("nike", "recommended"), ("hoka", "named")]


def test_a_heading_says_nothing_about_a_whole_list_below_it():
    text = "## Top picks\n\n1. **Nike** - light\n2. **Hoka** - soft\n3. **Larkstride** - new"
    assert {kind for _, kind in kinds(text)} == {"named"}


def test_a_repeated_question_is_asked_and_an_answer_in_its_words_is_not():
    question = "Is Nike good for marathons?"
    assert kinds("Is Nike good for marathons? Yes, Nike is.", question) == [
        ("nike", "asked"),
        ("nike", "named"),
    ]
    assert kinds("# Is Nike good for marathons?\n\nYes.", question) == [("nike", "asked")]
    assert kinds("**Nike for marathons - is it good?**", question) == [("nike", "asked")]
    assert kinds("You asked about Nike. Nike is light.", question) == [("nike", "asked"), ("nike", "named")]
    assert kinds("Nike is good for marathons.", question) == [("nike", "named")]


def test_only_a_brand_of_the_question_can_be_its_echo_and_only_at_the_beginning():
    assert kinds("Is Nike good?", "Which brand is good?") == [("nike", "named")]
    late = "It depends. On many things. Is Nike good for marathons?"
    assert kinds(late, "Is Nike good for marathons?") == [("nike", "named")]


def test_ranks_skip_brands_that_do_not_count():
    absent, named = MATCHER.find("I couldn't find Larkstride, but Nike is fine.")
    assert (absent.entity_rank, named.entity_rank) == (None, 1)
