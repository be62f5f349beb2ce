"""What stands around a word that is a brand, and around one that is a word: the patterns.

Belongs here: the patterns, all bounded. Not here: which of them speak for what (``signals``).
"""

import re

# What may stand between the start of a line or sentence and its first word.
AT_START = re.compile(
    r"(?:^|[.!?:;|\u2022\u2026]|[\s(][\u2013\u2014-])[\s\"'\u201c\u2018(\[*_#>+\u2022|\u2013\u2014-]*"
    r"(?:\d{1,3}[.)]\s*)?[\s*_\[\"\u201c]*$"
)
HEAD_FOLLOWS = re.compile(
    r"[\])\"\u201d]{0,2}(?:\([^()\s]{0,300}\))?(?:\*\*|__|\*|_)?\s{0,2}(?:$|\n|:|\||[\u2013\u2014(]|- |\*\*)"
)
IN_ITEM = re.compile(r"(?:^|\n)[^\S\n]*(?:[-*+\u2022>|#]|\d{1,3}[.)]|\*\*)")
LIST_BEFORE = re.compile(r"(?:[,/&(]|\b(?:and|or|vs\.?|versus|by|from|like|than|at|und|oder|et|ou|y|o))\s*$")
LIST_AFTER = re.compile(r"(?:\*\*|['\u2019]s)?\s*(?:[,./)!?]|$|\n|&|(?:and|or|vs|versus|und|oder|et|ou|y)\b)")
POSSESSIVE = re.compile(r"['\u2019]s\b")
# "Nothing's latest phone", but "Nothing's wrong".
OWNS = re.compile(
    r"['\u2019]s\s+(?:latest|newest|upcoming|own|founder|ceo|website|app|phones?|earbuds|lineup|range"
    r"|cards?|stores?)\b"
)
TRADEMARK = re.compile("[\u00ae\u2122]|\\+(?=[\\s,.;:)]|$)")
_ADVERB = (
    r"(?:also |still |now |currently |recently |even |only |always |usually |often |generally"
    r" |typically |really )?"
)
BRAND_VERB = re.compile(
    rf"\s+{_ADVERB}"
    r"(?:is|isn['\u2019]t|has|hasn['\u2019]t|was|does|doesn['\u2019]t|makes|made|offers?|offered|sells|sold"
    r"|launched|provides|won['\u2019]t"
    r"|remains|stands|uses|produces|ships|includes|features|builds|designs|gives|takes|keeps|leads|wins"
    r"|ranks|comes"
    r"|works|claims|says|said|announced|introduced|released|acquired|operates|delivers|supports|runs|allows"
    r"|lets"
    r"|charges|scores|pays|costs|carries|covers|focuses|specializes|competes|lacks|performs|feels|looks"
    r"|fits|recommends"
    r"|requires|waives|propose|offre|vend|co\u00fbte|est|ist|hat|bietet|verkauft|kostet|ofrece|vende|cuesta"
    r"|tiene"
    r"|starts|partners|reports|raised|owns|tends|reported|posted|converts|removes|limits|integrates|connects"
    r"|syncs|organi[sz]es|manages|schedules|sends|asks|adds|added|bought|opened|closed|hired|founded|recalled"
    r"|stopped|started|became|began|expects|wants|helps|protects|prevents|treats|relieves|contains|lasts"
    r"|finds|streams|throttles|writes|encrypts|publishes|employs|translates|generates|transcribes|simplifies"
    r"|excels|verifies|teaches|earns|saves|spends|learns|knows|believes|thinks|sees|goes|hides|pairs with"
    r"|grew|fell|brings|brought|serves|built|filed|sued|settled|continues|plans to|agreed|expanded|dropped"
    r"|invented|pioneered|discontinued|redesigned|updated|automates|combines|caters|insures|lends|refunds)\b"
)
BRAND_NOUN = re.compile(
    r"\s+(?:\w+\s+)?(?:products?|shoes?|sneakers|stores?|shops?|users?|customers?|devices?|phones?|laptops?"
    r"|bags?|luggage|suitcases?|carry-ons?|models?|apps?|website|brand|company|cards?|accounts?|employees"
    r"|subscription|headphones"
    r"|watch(?:es)?|mattress(?:es)?|pillows?|plans?|carrier|network|banking|app|platform|software|tools?"
    r"|bikes?|cars?|vehicles?"
    r"|tv|tvs|tablets?|speakers?|earbuds|insurance|loans?|membership|rewards?|savings|checking|gift cards?"
    r"|jeans|jackets?"
    r"|apparel|clothing|eyewear|boards?|workspace|integration|api|drive|stock|shares|bank|gas stations?"
    r"|stations?|hotels?|flights?|doorbells?|scooters?|coolers?|bath|cameras?|soaps?|shampoos?|detergents?"
    r"|deodorants?|lotions?|razors?"
    r"|toothpaste|diapers|yogurt|vitamins|supplements|tyres|tires|trucks?|suvs?"
    r"|routers?|vacuums?|thermostats?|chargers?|batter(?:y|ies)|printers?|monitors?|consoles?|sofas?|sheets"
    r"|toppers?|frames?|desks?|chairs?|backpacks?|boots|polic(?:y|ies)|mortgages?|debit|credit|checking"
    r"|pods?|podcasts?|subscribers?|members?|drivers?|riders?|hosts?)\b"
)
SAME_LINE_NOUN = re.compile(r"\s+(?:gmbh|ag|inc\.?|ltd\.?|llc|corp\.?|co\.)(?!\w)", re.IGNORECASE)
INTRODUCED = re.compile(
    r"\b(?:by|from|at|brands?|compan(?:y|ies)|retailers?|makers?|manufacturers?|startup|carriers?|banks?"
    r"|called|named|like"
    r"|such as|including|include|includes|try|choose|consider|recommend|with|than|vs\.?|versus|unlike|via"
    r"|use|using"
    r"|prefer|is|von|bei|marke|par|chez|marque|de|en|marca)\s+(?:the\s+|die\s+|la\s+)?[\s*_\"\u201c(\[]*$",
    re.IGNORECASE,
)
NAME_BEFORE = re.compile(r"(?<![^\W_])(?!(?:The|An?|My|Your|Our|This|That|Try)\b)[A-Z0-9][^\W_]*\s+$")
# "Midnight Purple": the last word of a longer name, unless the other begins the sentence.
TAIL_OF_NAME = re.compile(
    r"(?:[a-z,]\s+|[a-z]: )(?!(?:I|The|An?|My|Your|Our|This|That|Try)\b)[A-Z][a-z]+\s+$"
)
ARTICLE_BEFORE = re.compile(
    r"\b(?:an?|the|this|that|my|your|our|their|every|each|some|any|no)\s+[*_\"]*$", re.IGNORECASE
)
BUTTON_BEFORE = re.compile(r"\b(?:tap|click|press)\s+(?:the\s+)?[*_\"\u201c]*$", re.IGNORECASE)
CALENDAR_BEFORE = re.compile(
    r"\b(?:on|by|every|each|last|next|this|until|till|since|before|after|from|to|through|in|early|late|mid"
    r"|of|black|cyber|\d{1,2})[\s-]+$",
    re.IGNORECASE,
)
CALENDAR_AFTER = re.compile(
    r",?\s+(?:\d|morning|afternoon|evening|night|through|(?:(?:to|and|or)\s+)?(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)day)",
    re.IGNORECASE,
)
PLURAL_VERB = re.compile(r"\s+(?:are|were|have|do)\b")
OF = re.compile(r"\s+of\b")
INFINITIVE = re.compile(r"\s+(?:is|was)\s+to\b")
DETERMINER = re.compile(
    r"\s+(?:an?|the|this|that|these|those|my|your|our|their|his|her|its|it|them|you|us|me|one|each|every"
    r"|any|all|both|some"
    r"|many|most|what|which|how|why|where|when|who|top|average|\d)\b(?!\s*\d?\s*(?:vs|or|and)\b)"
)
PRONOUN_VERB = re.compile(
    r"\s+(?:\w+ly\s+|else\s+|more\s+|else|less\s+)?(?:is|was|can|could|will|would|should|may|might|must|has"
    r"|have|had|do|does|did|are|were|beats?|comes?|compares?"
    r"|in|about|to|of|but|more|less|special|wrong|new|too|here|there|about|on|for|like|get|need|want|know"
    r"|don['\u2019]t|else|happens|works"
    r"|matters|tops|says|screams|really|['\u2019]|(?:ll|re)\b)"
)
JOINED = re.compile(
    r",\s+[A-Z][\w&.-]*(?:\s+[A-Z]\w*)?\s*(?:,|&|(?:and|or|und|oder|et|ou|y|o)\b)"
    r"|\s+(?:and|&|or|vs\.?|versus|und|et|y)\s+(?:the\s+)?[A-Z]"
)
VERB_LIKE = re.compile(
    r"\s+(?:[a-z]{3,}(?<!s)s\s+(?:an?|the|with|from|your|its|to|more|no|up|all|every|each|most|early|only"
    r"|just|\d)\b"
    r"|[a-z]{3,}(?<!s)s\s+(?:[A-Z]|(?!(?:as|is|was|has|does|this|us|yes|thus|always|across|plus|vs|less"
    r"|perhaps|besides"
    r"|sometimes|towards|unless|minus|versus|regardless|afterwards|nowadays)\b)[a-z]{3,}(?<!s)s\b)"
    r"|[a-z]{3,}ed\s+(?!by\b|on\b|in\b|with\b|for\b|to\b))"
)
# "X is a London company", "X, a maker of phones": no word is one.
DEFINED = re.compile(
    r"(?:,| is| was)\s+(?:an?|the|one of)\s+(?:[\w-]+\s+){0,4}?(?:company|brand|startup|start-up"
    r"|manufacturer|maker"
    r"|retailer|firm|carrier|insurer|bank|neobank|app|platform|chain)\b(?!\s+(?:that|which)\s+can|['\u2019]s)"
)
# Only companies do this to a product.
LAUNCHES = re.compile(
    r"\s+(?:just |recently |has |also ){0,2}(?:launched|released|announced|unveiled|introduced"
    r"|discontinued|acquired"
    r"|sells|ships)\s+(?:[A-Z]|\d|its\b|an?\s+new\b)"
)
MODEL_NUMBER = re.compile(r"\s+[A-Z][\w-]*\s+(?:\(?\d|\(\w{1,3}\+?\))")
NAME_FOLLOWS = re.compile(r"\s+(?:[A-Z0-9(]|(?:and|or|&|vs\.?|x)\s+(?:the\s+)?[A-Z])")
MODEL_FOLLOWS = re.compile(r"\s+(?:[A-Z][\w-]*|\d[\w-]*)")
CAPITALISED = re.compile(r"(?<![^\W_])[A-Z]")
LETTERS = re.compile(r"[^\W\d_]{4,}")
GERMAN = re.compile(
    r"\b(?:der|die|das|und|ist|nicht|mit|f\u00fcr|ein|eine|auch|von|zu|sich)\b", re.IGNORECASE
)
MARKS = re.compile(r"[*_]+")
NEXT_WORD = re.compile(r"[\s*_'\u2019-]*([^\W_]+)")
HANDLE = re.compile(r"(?<![\w/])[@#]$")
