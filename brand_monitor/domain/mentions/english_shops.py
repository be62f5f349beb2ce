"""The English rules of shops: where something else is sold.

Belongs here: patterns, each with the id that rows carry as their reason. Not here: how a pattern reads
(``rule_parts``), questions for shops (``surroundings``).
"""

from brand_monitor.domain.mentions.rule_parts import rule

# Only the shop: nothing is said of the brand as something to have.
SELLER = (
    rule(
        "seller.sold_at",
        "available sold buy buying bought order ordered purchase purchased get grab pick picked find"
        " found shop"
        " stock stocked carried listed sale sales discounted priced retails retail ships shipped"
        " deals deal price prices"
        " discount discounts bundles stars star rating ratings review reviews bestseller bestsellers for",
        r"""
        (?:<bought>)(?!\w)\W+<mixed>(?:at|from|on|via|through|over at|by)\s+<shops>§(?!'s? (?:best|new
        |latest|most))
        """,
        unless=r"\b(?:movies?|films?|shows?|series|stream\w*|watch\w*|episodes?|apps?)\b[^§]{0,40}$",
    ),
    rule(
        "seller.price_at",
        "at on from",
        r"[$\u20ac\u00a3]\s?\d[\d.,]*\W+(?:<word>\W+){0,4}?(?:at|on|from|via)\s+<shops>§",
    ),
    rule(
        "seller.retailers",
        "retailer retailers reseller resellers seller sellers store stores shop shops marketplace"
        " marketplaces outlets",
        r"""
        \b(?:retailers?|resellers?|sellers?|(?:online |department |grocery |hardware |sporting goods\s
        |big-box )stores?|shops
        |marketplaces?|outlets)\W+(?:like|such as|including|e\.g\.,?|for example|\()\W*<shops>§
        """,
    ),
    rule(
        "seller.sells",
        "sells sell carries carry stocks stock ships ship has have had lists list discounts discount offers"
        " offer delivers deliver runs run match matches keeps it",
        r"""
        §(?:<subject>|\s{1,2})(?:(?:also|often|usually|sometimes|currently|typically|both|will|may|might|can
        |even|stores?|stock) ){0,3}(?:(?:sells?|carr(?:y|ies)|stocks?) (?:it|them|this|these|both|the|¤|an?
        |one|some|last)\b|(?:ships?|delivers?|has|have|had|lists?|discounts?|offers?|price[- ]match(?:es)?
        |match(?:es)?|restocks?) (?:it|them|this one|these|both|one|ones)\b(?! all\b)
        |(?:has|have|offers?|runs?|gives?) (?:<word> ){0,2}?(?:coupons?|deals?|discounts?|sales?
        |promotions?)\b
        (?= (?:for|on) (?:it|them|this|these|the)\b))
        """,
    ),
    rule(
        "seller.going",
        "swing stop drop pop walk head drive visit stroll order find get off",
        r"""
        (?:(?:^|[,;:.]|\b(?:you|just|can|could|or|and|to))\s{0,2}(?:swing|stop|drop|pop)
        \s(?:by|in|into|over to) <shops>§
        |\b(?:walk|stroll|step|head) (?:over )?(?:into|to) <shops>§ (?:store )?(?:and|for|to)\b
        |\b(?:find|get|grab|buy|order|score|snag|spot) (?:an? )?(?:(?:used|new|cheap|refurbished|floor
        |second-hand)\s)?(?:it|them|one|ones|pairs?|some|models?|units?)(?: \w+){0,2}?
        \s(?:at|on|from|via|through) <shops>§
        |(?:\b(?:half|percent)|%|\$\d+) off (?:right now |today |this week )?(?:at|on|from|via)
        \s<shops>§
        |\b(?:half price|marked down|on clearance) (?:right now |today |this week )?(?:at|on|from|via)
        \s<shops>§)
        """,
    ),
    rule(
        "seller.check",
        "check browse search visit head",
        r"""
        \b(?:check|browse|search|visit|head (?:over )?to|look (?:on|at))\s+<shops>§(?:'s)?
        (?:\W+(?:and|or|,)\W*¤){0,4}\W+(?:<word>\W+){0,3}?
        (?:for|to see|to compare)\s+(?:\w+ ){0,4}?(?:deals?|prices?|pricing|availability|stock|discounts?
        |sales?|offers?|coupons?)\b
        """,
    ),
    rule(
        "seller.label",
        "buy retailers retailer sold available stores store stockists",
        r"^\W*(?:where to (?:buy|get it|find it)|buy (?:it )?(?:at|from)|retailers?|stores?|stockists"
        r"|available"
        r" (?:at|from)|sold (?:at|by))\b\W{0,4}:\W{0,4}(?:¤(?:'s)?[^§¤\n.;:]{0,20}){0,8}§",
        is_label=True,
    ),
    rule(
        "seller.there",
        "book check see head go visit place places spot person cheaper cheapest try tried test return less"
        " member members order",
        r"""
        §<subject>(?:is|are) (?:the |an? )?(?:<word> )?(?:places?|stores?|shops?|spots?) to (?:buy|get|find
        |order|pick)
        |\bbook (?:it |them |one )?(?:through|via|on|at) <shops>§|\b(?:check|see|head to|go to|visit
        |try) <shops>§ (?:for (?:\w+ ){0,2}?(?:fares?|rates?|prices?|quotes?|listings?|availability|stock
        |deals)
        |if you (?:need|want) (?:it|one|them))
        |\b(?:cheap(?:er|est)|in person|in-store|(?:try|tried|test|return|exchange|see|order|get|buy|find
        |pick) (?:it|them|one
        |yours|this)(?: \w+){0,3}?|free (?:\w+ )?returns) (?:at|from|through|via|on) <shops>§
        """,
    ),
    rule(
        "seller.price_of",
        "price prices from costs cost for buy available",
        r"[$\u20ac\u00a3]\s?\d[\d.,]*\W{0,3}\((?:<shops>)§\)",
        is_label=True,
    ),
)
