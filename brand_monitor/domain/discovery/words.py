"""Words that are capitalised and no brand: places, times, first names, standards, structure.

Belongs here: the words. Not here: how they are used (``discovery``). Written by hand; a name that is missing
costs a suggestion that a person declines, so the lists stay short.
"""

_NEVER = """
abs african ai american anc android api approx april asian august australian awd bluetooth bpa british
canadian ceo chinese christmas cons cpu danish december diy dts dutch easter english eq etc eu eur european
ev evs faq february fhd french friday fwd gbp german gps gpu halloween hdmi hdr html indian ios ip ipx4 ipx5
ipx7 italian january japanese july june korean lcd led linux macos march mexican monday msrp nfc norwegian
november october ok oled pc pcs pdf pdp pfas pfoa pid pros psi ptfe q&a qled ram rca rpm russian rwd
saturday scandinavian september spanish ssd sunday suv suvs swedish swiss thanksgiving thursday tuesday tv
tvs u.k u.s uhd uk url us usa usb usb-c usd vs wednesday wi-fi wifi windows xl xxl
"""
#: Months, days, nationalities, standards, units: never a brand by themselves.
NEVER = frozenset(_NEVER.split())

_PLACES = """
africa alps america angeles antarctica arctic argentina asia atlanta atlantic australia austria beijing
belgium berlin boston brazil britain brooklyn california canada chicago chile china colorado dallas delhi
denmark denver detroit dubai egypt england europe finland florida france francisco germany greece hawaii
houston india indonesia iran iraq ireland israel italy japan jersey kenya korea london louisiana madrid
malaysia manhattan mediterranean mexico miami michigan moscow mumbai netherlands nevada nigeria norway ohio
ontario oregon pacific pakistan paris philippines poland portugal quebec rockies rome russia scotland
seattle shanghai singapore spain sweden switzerland sydney taiwan texas thailand tokyo toronto turkey
ukraine utah vermont vietnam virginia wales washington york zealand
"""
#: Countries, regions and cities that texts name often; a brand only where a list or heading names it.
PLACES = frozenset(_PLACES.split())

_FIRST_NAMES = """
aaron adam alan albert alex alexander alice amanda amy andrea andrew angela anna anne anthony barack barbara
ben benjamin bill bob brandon brian bruce carl carol caroline catherine charles charlie chris christina
christopher claire daniel dave david deborah dennis diana donald donna doug douglas edward elizabeth ellen
emily emma eric frank fred gary george grace greg hannah harry heather helen henry hillary ian jack jacob
james jane janet jason jeff jennifer jeremy jerry jessica jim joan joe john jonathan jose joseph josh joshua
juan judy julia julie justin karen kate katherine keith kelly kenneth kevin kim kyle larry laura lauren
linda lisa louis lucy luke margaret maria mark martin mary matt matthew megan melissa michael michelle mike
nancy nathan nicholas nicole olivia oscar patricia patrick paul peter philip rachel ralph raymond rebecca
richard robert roger ronald rose roy russell ruth ryan sam samantha samuel sandra sara sarah scott sean
sharon simon sophie stephanie stephen steve steven susan taylor ted teresa thomas tim timothy todd tom tony
victoria vincent walter wayne william zachary
"""
#: First names; without a list or heading around they are a person.
FIRST_NAMES = frozenset(_FIRST_NAMES.split())

_STRUCTURE = """
avoid buy caution check choose choosing invest look opt skip try add get go keep use
additionally alternatively although best bonus budget category choice comparison conclusion consider
considerations contender contenders disclaimer editor editors entry expert factors features final finally
furthermore great here highlights honorable however ideal importantly key level listings meanwhile mention
mentions moreover nevertheless nonetheless note notes option options otherwise overall overview pick picks
please popular price pricing pro pros quick ranking rating ratings recommendation recommendations
recommended review reviews runner-up similarly specifically strengths summary therefore thus tip tips top
ultimately unfortunately verdict weaknesses winner
"""
#: Words that structure an answer or describe what is sold, whatever their case.
STRUCTURE = frozenset(_STRUCTURE.split())
