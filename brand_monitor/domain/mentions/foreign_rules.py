"""Rules of kinds in German, French and Spanish.

Belongs here: the phrases of each language, as few as carry most of the load. Not here: how a pattern reads
(``rule_parts``). A language more is one more entry per table; nothing else knows of languages, and a sentence
is not told its own: the cue words of a rule are words of its language only.
"""

from brand_monitor.domain.mentions.rule_parts import Rule, rule

# What may stand between a verb or preposition and the brand: articles, kinds of things, other brands.
_DE = (
    r"(?:(?:der|die|das|den|dem|des|ein|eine|einen|einer|einem|marke|modelle?|produkte?|firma|beim?|von"
    r"|vom|zur?|zum|im|namens|und|oder|sie|du|ich|eines|kauf)\b\W+){0,5}<others>\W{0,4}"
)
_FR = (
    r"(?:(?:le|la|les|un|une|des|du|de|marque|modèles?|produits?|chez|société|et|ou|à|au|aux|la marque"
    r"|nommée?|appelée?)\b\W+){0,5}<others>\W{0,4}(?:[dl]')?"
)
_ES = (
    r"(?:(?:el|la|los|las|un|una|unos|de|del|marca|modelos?|productos?|empresa|y|o|a|al|llamad[ao])\b\W+"
    r"){0,5}<others>\W{0,4}"
)
_INFO_DE = (
    r"(?:informationen|infos?|angaben|hinweise?|daten|ergebnisse|erwähnung(?:en)?|treffer|quellen|marke"
    r"|bewertungen|belege)"
)
_INFO_FR = r"(?:information(?:s)?|infos?|données|mention|résultats?|référence|trace|avis|marque|détails?)"
_INFO_ES = (
    r"(?:información|informacion|datos|resultados|mención|menciones|referencias?|reseñas|rastro|marca"
    r"|detalles)"
)
_GOOD_DE = (
    r"(?:beste[rsn]?|gute|hervorragende|ausgezeichnete|erste|ideale|tolle|solide|sichere|klare|perfekte)"
)
_GOOD_FR = r"(?:meilleure?|excellente?|bonne?|bon|solide|premier|parfaite?|très bonne?|très bon)"
_GOOD_ES = r"(?:mejor|excelente|buena?|buen|gran|sólida?|perfecta?|primera|ideal)"
_ANY = r"(?:(?:<word>|¤)\W+){0,4}?"

ABSENT: tuple[Rule, ...] = (
    rule(
        "absent.de",
        "keine kein keinen keinerlei nichts nicht unbekannt",
        rf"""
        (?:\b(?:kein(?:e|en|erlei)?|nichts
        |nicht viel)\W+(?:<word>\W+){{0,2}}?(?:{_INFO_DE}\W+)?(?:\w+\W+){{0,2}}?
        (?:über|zur?|zum|von|vom|für|auf|namens|mit dem namen|bezüglich|hinsichtlich)\s+{_DE}§
        |\b(?:finde|fand|kenne|konnte|kann|habe|erwähnen|nennen|erwähnt|nennt
        |enthalten)\W+{_DE}§\W+{_ANY}nicht\b(?! empfehlen)
        |§(?:'s)?\W+{_ANY}(?:nicht|nirgends)\W+(?:<word>\W+){{0,2}}?(?:gefunden|finden|bekannt|erwähnt
        |aufgeführt|auffindbar
        |genannt|gelistet|enthalten|vor|existier\w+)\b
        |\b(?:zur?|zum|über|von)\W+{_DE}§\W+(?:<word>\W+){{0,5}}?(?:kein\w*
        |nichts)\W+(?:<word>\W+){{0,2}}?(?:{_INFO_DE}|gefunden|finden|bekannt|vor)
        |§\W+{_ANY}unbekannt\b)
        """,
    ),
    rule(
        "absent.fr",
        "aucune aucun pas rien jamais inconnue inconnu",
        rf"""
        (?:\b(?:aucune?|pas (?:d'|de )|rien)\s*(?:{_INFO_FR}\W+)?(?:\w+\W+){{0,2}}?(?:sur|de|d'|concernant
        |à propos de|pour|nommée?|appelée?)\s*{_FR}§
        |\b(?:pas|jamais)\W+(?:\w+ )?(?:trouvé|trouver|vu|connais|entendu parler de|mentionné
        |mention de)\W+{_FR}§
        |\bn(?:e |')(?:connais|trouve|mentionnent?|citent?|parlent?)\W+pas\W+{_FR}§
        |§\W+{_ANY}n(?:e |')(?:est|figure|apparaît|semble|sont)\W+pas\W+(?:<word>\W+){{0,2}}?(?:mentionné\w*
        |cité\w*|connue?|dans|parmi|exister|listé\w*|présente?)?
        (?<!recommandé)(?<!recommandée)(?=\W|$)(?!\W*(?:recommand|conseill|un |une |le |la |adapt))
        |§\W+{_ANY}(?:inconnue?)\b)
        """,
    ),
    rule(
        "absent.es",
        "no ninguna ningún ningun nada desconocida desconocido",
        rf"""
        (?:\b(?:no|ninguna?|ningún|nada de)\W+(?:<word>\W+){{0,3}}?{_INFO_ES}\W+(?:\w+\W+){{0,2}}?(?:sobre
        |de|acerca de|para|llamad[ao])\s+{_ES}§
        |\bno (?:he |hemos |pude |puedo |se |la |lo )?(?:encontrado|encontré|encuentro|encontramos|encontrar
        |conozco|menciona[n]?|aparece[n]?|figura[n]?|localicé|localizar)\W+{_ES}§
        |§\W+{_ANY}no (?:se )?(?:aparece[n]?|figura[n]?|menciona[n]?|está (?:mencionad|incluid|en )
        |es (?:conocid|una marca)|parece existir|existe|encuentra)
        |§\W+{_ANY}desconocid[ao])
        """,
    ),
)

WARNED: tuple[Rule, ...] = (
    rule(
        "warned.de",
        "nicht abraten ab vermeide vermeiden meide meiden finger abzuraten gewarnt warne warnen",
        rf"""
        (?:\b(?:vermeide(?:n)?|meide(?:n)?|finger weg von|(?:warne|warnen
        |gewarnt) (?:\w+ ){{0,2}}?vor)\W+{_DE}§
        |\bvo[nm]\W+{_DE}§\W+(?:(?:<word>|¤)\W+){{0,5}}?(?:ab\b|abraten|abzuraten|finger)
        |§(?:'s)?\W+(?:(?:<word>|¤)\W+){{0,5}}?nicht\W+(?:\w+ ){{0,2}}?(?:zu )?(?:empfehl\w+|empfohlen
        |kaufen|lohn\w+|wert|raten)
        |\bempfehle\w*\W+(?:\w+\W+){{0,2}}?{_DE}§\W+(?:<word>\W+){{0,3}}?nicht\b
        |§\W+(?:ist|sind)\W+(?:\w+ ){{0,2}}?(?:keine?|nicht die) (?:\w+ )?(?:empfehlung|{_GOOD_DE}))
        """,
    ),
    rule(
        "warned.fr",
        "évitez éviter évite déconseille déconseillé déconseillée déconseillons pas fuyez méfiez méfie",
        rf"""
        (?:\b(?:évite[zr]?|déconseill(?:e|ons|é)|fuyez|fuir|(?:méfie[z]?)(?:-vous|-toi)? (?:de|des|du
        |d'))\W*{_FR}§
        |\bn(?:e |')(?:\w+ )?(?:recommand|conseill|achèt|achet|choisi)\w*\W+pas\W+(?:\w+ ){{0,2}}?{_FR}§
        |§\W+{_ANY}(?:à éviter|déconseillée?s?|n(?:e |')(?:est|sont
        |vaut)\W+pas\W+(?:\w+ ){{0,2}}?(?:recommand\w+|conseill\w+|la peine|le coup|{_GOOD_FR}|un {_GOOD_FR}
        |une {_GOOD_FR})))
        """,
    ),
    rule(
        "warned.es",
        "evita evite evitar eviten no cuidado desaconsejo desaconseja huye",
        rf"""
        (?:\b(?:evita[r]?|evite[n]?|desaconsej(?:o|a|amos)|huye de|(?:ten )?cuidado con|alé?jate de
        |aléjese de)\W+{_ES}§
        |\bno (?:te |le |os |se )?(?:recomiend\w+|recomendar\w+|aconsej\w+|compr\w+|elij\w+|elig\w+
        |merece la pena|vale la pena)\W+(?:\w+ ){{0,2}}?{_ES}§
        |§\W+{_ANY}no (?:es|son|merece|vale|está)\W+(?:\w+ ){{0,2}}?(?:recomend\w+|aconsejable|la pena
        |la {_GOOD_ES}|una {_GOOD_ES} (?:opción|elección)))
        """,
    ),
)

COMPARED: tuple[Rule, ...] = (
    rule(
        "compared.de",
        "als vergleich anders statt anstelle anstatt gegensatz gegenüber alternative alternativen"
        " wie unterschied verglichen",
        r"""
        (?:\b(?:(?:mehr|weniger|besser|schlechter|lieber|eher|\w+er(?:e[rnms]?)?)\W+(?:<word>\W+){0,3}?als
        |anders als|im vergleich zur?|im vergleich zum|verglichen mit|statt|anstelle (?:von)?|anstatt
        |im gegensatz zur?|im gegensatz zum|im unterschied zur?|gegenüber|alternativen? (?:\w+ )?zur?
        |alternativen? zum
        |(?:so|genauso|ebenso) \w+ wie)\W+(?:(?:der|die|das|den|dem|des|einem|einer
        |eines)\W+)?<yard>(?:[dl]')?§)
        """,
    ),
    rule(
        "compared.fr",
        "que qu rapport contrairement lieu plutôt comparé comparée alternative alternatives face",
        r"""
        (?:\b(?:(?:plus|moins|aussi|autant|meilleure?s?|mieux|pire)\W+(?:<word>\W+){0,5}?qu(?:e |')
        |par rapport (?:à|aux?)|contrairement (?:à|aux?)|au lieu (?:de |d')
        |plutôt qu(?:e |')|comparée?s? (?:à|aux?)|alternatives? (?:\w+ )?(?:à|aux?)|face (?:à
        |aux?))\W*(?:(?:le|la|les|un|une|celui de|celle de)\W+)?<yard>(?:[dl]')?§)
        """,
    ),
    rule(
        "compared.es",
        "que comparación comparado comparada diferencia lugar vez alternativa alternativas frente como",
        r"""
        (?:\b(?:(?:más|menos|mejor(?:es)?|peor(?:es)?|mayor|menor)\W+(?:<word>\W+){0,5}?que
        |en comparación con|comparad[oa]s? con|a diferencia de|en lugar de|en vez de
        |alternativas? (?:\w+ )?a|frente a|tan \w+ como)\W+(?:(?:el|la|los|las|un|una)\W+)?<yard>(?:[dl]')?§)
        """,
    ),
)

SELLER: tuple[Rule, ...] = (
    rule(
        "seller.de",
        "bei auf über beim im",
        rf"""
        \b(?:erhältlich|verfügbar|kauf\w*|gekauft|bestell\w*|verkauft|angebote?|preis\w*|euro|eur|€
        |reduziert|händler\w*|gibt es|gibt's|günstig)\W+<mixed>(?:bei|beim|auf|über|im|wie)\s+{_DE}§
        |€\W+(?:<word>\W+){{0,3}}?(?:bei|auf|über)\s+{_DE}§
        |\b(?:bei|auf|über)\s+{_DE}§\W+(?:<word>\W+){{0,4}}?(?:erhältlich|verfügbar|kaufen|bestellen
        |bestellt|gekauft)
        """,
    ),
    rule(
        "seller.fr",
        "chez sur via à",
        rf"""
        \b(?:disponibles?|vendue?s?|en vente|achet\w*|command\w*|en promo\w*|trouve\w*|prix|euros?
        |détaillants|enseignes|revendeurs)\W+<mixed>(?:chez|sur|via|à|comme)\s+{_FR}§
        |€\W+(?:<word>\W+){{0,3}}?(?:chez|sur|via)\s+{_FR}§
        """,
    ),
    rule(
        "seller.es",
        "en vía por como",
        rf"""
        \b(?:disponibles?|a la venta|compr\w+|se vende[n]?|vendid[oa]s?|encontrar\w*|pedir\w*|oferta|precio
        |euros|tiendas)\W+<mixed>(?:en|vía|por|a través de|como)\s+{_ES}§
        |€\W+(?:<word>\W+){{0,3}}?en\s+{_ES}§
        """,
    ),
)

RECOMMENDED: tuple[Rule, ...] = (
    rule(
        "recommended.de",
        "empfehle empfehlen empfiehlt empfohlen empfehlenswert empfehlung testsieger beste besten bester"
        " nehmen"
        " bestes favorit wahl greifen greif sieger rate",
        rf"""
        (?:\b(?:empfehl(?:e|en)|empfiehlt|empfehle ich|greif(?:en sie|e)? zu[rm]?|(?:würde
        |rate) ich zu[rm]?)\W+(?:(?:ihnen|dir|euch|daher|deshalb|ich|wir)\W+){{0,3}}{_DE}§
        |§\W+(?:(?:<word>|¤)\W+){{0,4}}?(?:ist|sind|bleibt|wird|werden|gilt als)\W+(?:(?!nicht\b
        |kein)<word>\W+){{0,4}}?(?:{_GOOD_DE} (?:\w+ )?(?:wahl|option|empfehlung|kauf|adresse)|testsieger
        |empfehlenswert|empfohlen|favorit|sieger|am besten|zu empfehlen)
        |\b(?:testsieger|favorit|preis-leistungs-sieger|{_GOOD_DE} (?:wahl|option
        |empfehlung))\W+(?:(?:<word>)\W+){{0,4}}?(?:ist|bleibt|wäre)\W+{_DE}§
        |\bam besten (?:\w+ )?(?:ist|sind|wäre)\W+{_DE}§
        |§\W+(?:kann|können|würde|würden|möchte)\W+(?:ich|wir|man)\W+(?:(?!nicht\b
        |kein)<word>\W+){{0,4}}?empfehlen
        |\bwürde[n]? (?:ich|wir)\W+{_DE}§\W+(?:nehmen|wählen|kaufen|empfehlen))
        """,
    ),
    rule(
        "recommended.de_label",
        "testsieger beste bester bestes favorit empfehlung sieger platz",
        r"^\W*(?:<word>\W+){0,2}?(?:testsieger|bester?|bestes|favorit|empfehlung|gesamtsieger"
        r"|preis-leistungs-sieger|sieger|platz 1)\b[^§:\n|]{0,60}[:|]\W{0,6}(?:(?:der|die|das)\W+)?§",
        is_label=True,
    ),
    rule(
        "recommended.fr",
        "recommande recommandons recommandé recommandée conseille conseillons conseillé optez"
        " choisissez privilégiez meilleur meilleure choix préférez coup",
        rf"""
        (?:\b(?:recommand(?:e|ons|ent)|conseill(?:e|ons|ent)|optez pour|choisissez|choisis|privilégiez
        |préférez|misez sur)\W+(?!pas\b){_FR}§
        |§\W+(?:(?:<word>|¤)\W+){{0,4}}?(?:est|sont|reste|restent
        |représente)\W+(?:(?!pas\b)<word>\W+){{0,4}}?(?:{_GOOD_FR} (?:\w+ )?(?:choix|option|marque|achat
        |alternative)|(?:choix|option) (?:idéale?|parfaite?)|recommandée?s?|conseillée?s?|le meilleur
        |la meilleure)\b
        |\b(?:{_GOOD_FR} (?:choix|option)|coup de cœur)\W+(?:<word>\W+){{0,5}}?(?:est|reste|serait)\W+{_FR}§)
        """,
    ),
    rule(
        "recommended.fr_label",
        "meilleur meilleure choix gagnant coup recommandation",
        r"^\W*(?:<word>\W+){0,2}?(?:meilleure?|(?:notre|mon) choix|gagnant|coup de cœur"
        r"|recommandation)\b[^§:\n|]{0,60}[:|]\W{0,6}(?:(?:le|la|les)\W+)?§",
        is_label=True,
    ),
    rule(
        "recommended.es",
        "recomiendo recomendamos recomienda recomiendan recomendado recomendada sugiero aconsejo"
        " elige elija opta opte mejor excelente buena gran opción",
        rf"""
        (?:\b(?:recomiend(?:o|an?)|recomendamos|sugiero|aconsejo|elige|elija|opta por|opte por|escoge
        |apuesta por)\W+{_ES}§
        |§\W+(?:(?:<word>|¤)\W+){{0,4}}?(?:es|son|sigue siendo
        |sería)\W+(?:(?!no\b)<word>\W+){{0,4}}?(?:{_GOOD_ES} (?:\w+ )?(?:opción|elección|alternativa|compra
        |marca)|muy recomend\w+|recomendad[oa]s?|la mejor|el mejor)\b
        |\b(?:{_GOOD_ES}) (?:opción|elección)\W+(?:<word>\W+){{0,5}}?(?:es|sería)\W+{_ES}§)
        """,
        unless=r"\bno (?:te |le |lo |se )?$",
    ),
    rule(
        "recommended.es_label",
        "mejor ganador elección recomendación",
        r"^\W*(?:<word>\W+){0,2}?(?:mejor|ganador|(?:nuestra|mi) elección"
        r"|recomendación)\b[^§:\n|]{0,60}[:|]\W{0,6}(?:(?:el|la|los)\W+)?§",
        is_label=True,
    ),
)
