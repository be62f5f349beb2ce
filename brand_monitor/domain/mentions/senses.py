"""The other senses of words that companies like as names: what stands beside them when they are just words.

Belongs here: collocations, by word. Not here: how much they weigh (``confidence``), nor the senses that a
monitor declares for a brand of its own.

``NEXT``: right behind the word ("target audience"). ``NEAR``: anywhere in the sentence ("purple ... colour").
Written by hand; a word that is missing has no other sense here and is judged by its form and company alone.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_NEXT = """
amazon: rainforest river basin jungle delta forest tribes
apple: pie pies cider juice tree trees orchard orchards sauce slices slice fruit vinegar crisp crumble
apple: picking butter cake strudel tart blossom peel varieties
arrow: key keys head
away: from with game games team day matches
bank: account accounts holiday statement transfer
bear: market markets hug in spray
blink: of and rate twice
bolt: on cutter cutters holes hole
boost: your the in productivity sales
box: office spring springs jump jumps cutter set score elder seats truck sizes turtle plot of
brave: new enough the face
bounce: back rate rates house
bright: light lights side colors colours spot future red blue green
brook: trout
brooks: and
cash: flow back
casper: wyoming the
chase: after down scene scenes the your dreams for
chime: in
circle: of back around
clover: leaf honey
coach: class the your a
compass: rose point points
corona: virus borealis
cricket: match bat team world ball game
current: state events market trends account year price prices generation situation affairs model
dash: of cam cams board
dawn: of chorus
delta: variant wave between of
discover: how more what why hidden great new
dove: tail into
drift: off apart away
echo: chamber chambers
edge: of cases case
express: lane train mail yourself shipping delivery
fire: alarm alarms pit safety extinguisher department
ford: the river
fossil: fuel fuels record records
free: shipping trial plan returns time of from range
frontier: of model models
gain: weight access muscle insight insights a the
gap: year years between in analysis insurance junction wedge
ghost: town story stories writer
guess: what the work i
harvest: time season
headspace: of
helix: shape
honey: sweetens bee bees mustard
indeed: the it a they this
jaguar: habitat cats
kind: of
kindle: a interest
lemonade: stand
lime: juice green tree
linear: algebra regression equation equations
loft: apartment conversion
lush: green lawn vegetation forest garden
mango: tree juice lassi smoothie salsa
max: out width height
mercury: poisoning levels retrograde
mint: condition leaves tea green chocolate julep flavor
monday: morning mornings evening afternoon night through
nest: egg eggs box
notion: of that
nothing: but else beats short
on: time balance sale purpose board demand paper top average
orange: juice peel tree county zest color colour
oscar: award awards wilde winner winners nomination nominations night nominated isaac piastri speech ceremony
oxygen: levels level saturation
pilot: program project study
plaid: shirt shirts pattern skirt flannel
prime: minister number numbers time example rib location
progressive: lenses lens rock overload tax metal
public: transport transit school schools health holiday opinion library relations beta
puma: concolor sightings
purple: color colour flowers heart rain hue hair shirt potatoes cabbage light
ramp: up
ring: finger size tone road binder
root: canal cause causes vegetables access beer
shell: script scripts company companies game shock out pasta command only jacket jackets layer layers
shell: layering fabric of
simple: and steps way terms interest syrup to
slack: off time line tide
slate: roof tiles gray grey
sonic: boom hedgehog
sprint: planning race review interval intervals
square: feet foot meters metres miles inch inches root meal footage one dance toe neck
stripe: pattern
subway: station stations tile tiles line train system
sun: exposure protection screen light damage
sunday: morning night
swift: response river action decision
target: audience audiences market markets date dates price prices heart rate zone weight group groups
target: demographic customer customers user users language practice goal goals number range temperature
target: your the a specific
teams: of that can should
tide: pool pools turn over turned
total: cost costs price number of amount weight
tree: of line
uber: cool driver-like
upside: down of
verge: of
virgin: olive islands wool
vans: and are that
visible: light to from in spectrum results difference signs improvement
wise: to choice men words man decision
wish: list for to i you
zip: code codes file files ties tie
zoom: in out lens lenses level
"""
_NEAR = """
apple: fruit banana orange orchard bake baked recipe cinnamon pears pear oranges bananas vitamin snack eat
apple: eating tree peel
amazon: rainforest deforestation river species brazil
box: cardboard
bear: grizzly
chase: pursuit police
coach: athlete coaching
corona: virus covid pandemic sun solar
delta: river mississippi variant
dove: bird pigeon
fossil: dinosaur
gap: wealth gender pay inequality
jaguar: predator jungle wildlife species
mango: fruit smoothie recipe
mercury: planet thermometer fish toxic orbit
mint: herb leaves tea flavor
monday: tuesday wednesday thursday friday saturday sunday weekend week morning deadline schedule calendar
nest: bird birds eggs
orange: fruit juice color colour citrus
oscar: won winning nominated film films movie movies actor actress academy hollywood wilde
puma: predator wildlife mountain
purple: black green blue red yellow grey gray white
purple: color colour colors colours hue violet lavender shade shades pink flowers paint
shell: beach turtle egg snail linux bash unix command terminal
square: circle triangle rectangle feet geometry
subway: station metro commute underground
swift: bird
target: bullseye archery arrow
tide: ocean beach moon sea
visible: spectrum telescope
you: your yourself
"""


def _table(lines: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in lines.strip().splitlines():
        word, others = line.split(": ", maxsplit=1)
        found[word] = found.get(word, frozenset()) | frozenset(others.split())
    return MappingProxyType(found)


NEXT: Final = _table(_NEXT)
NEAR: Final = _table(_NEAR)
