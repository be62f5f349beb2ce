"""Set phrases of praise, blame and dismissal: one a line, choices by ``|``, ``#`` for any one word.

Belongs here: the phrases. Not here: single words (``judgement_words``), how they are read (``verdicts``).
"""

from itertools import product
from typing import Final


def phrases(text: str) -> dict[str, list[tuple[str, ...]]]:
    """Return the phrases of a list, one a line, by their first words, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in text.strip().splitlines():
        for words in product(*(place.split("|") for place in line.split())):
            kept = tuple(word for word in words if word)
            found.setdefault(kept[0], []).append(kept)
    return {first: sorted(made, key=len, reverse=True) for first, made in found.items()}


#: Verdicts wherever they stand in what is said of a brand. ``#`` is any one word.
PRAISE: Final = phrases("""
no-brainer
no brainer
gold standard
sets the standard|bar|benchmark
set the standard|bar|benchmark
hard|tough|difficult|impossible to beat|top|fault|match
hits|hit|strikes|strike the|a sweet spot|balance
hits|hit the mark
strikes|strike the best|right|perfect|ideal balance
way to go
as good as # gets
as good as # # gets
as good as # # # gets
serve|serves|suit|suits|fit|fits you
your first stop|choice|call
first port of call
deserve|deserves a|an|your|the|serious|to
on my|our|your list|shortlist
at the top of your list
make|makes my|our|the list|cut
delight|delights you
second to none
come|comes|came|coming out ahead|first
come|comes|came|coming out on top
comes|ranks first|ahead
comes|ranks on top
a close|strong|worthy second|runner-up
get|gets|got|earn|earns|earned|takes|took|wins|won my|our nod|vote|recommendation|pick|award
get|gets|got|earn|earns|earned|takes|took|wins|won my|our # nod|vote|recommendation|pick|award
get|gets|got|earn|earns|earned|takes|took|wins|won my|our # # nod|vote|recommendation|pick|award
make|makes sense
make|makes the most|more sense
in a class|league of its own
a cut above
head and shoulders
best in class
best-in-class
as good as it gets
punches|punch well|way|far| above its weight
top of the|my|our|every|any heap|list|pile|pack|class|game
ahead of the pack|field|competition
leads|lead|tops|heads the pack|field|way|list
leads|tops|heads my|our|every list|ranking|rankings
ticks|checks every|all box
ticks|checks every|all the boxes
ticks|checks all|most boxes
has|have you covered
your friend
your best friend
won't let you down
money well spent
worth every|the penny|cent|dollar|money|splurge|premium|price|extra|wait
worth it
worth a|your|another look|try|shot|visit|go|money|time|while
well worth
earns|earn every|its cent|penny|keep|place|spot
a|the steal|bargain
unbeatable
unrivalled
unrivaled
unmatched
unsurpassed
peerless
hands down
plenty for
all you need
everything you need
all most people need
will outlive you
place|places to start|begin|go
still|remains king
is king
the one|ones to beat|get|buy
takes|take|took|wins|claims|earns|gets|deserves|deserved first|the|my|our place|crown|cake|nod|vote
takes|take|took|wins|claims|earns|gets|deserves|deserved the|my|our prize|title|edge|win
takes|take|took|wins|claims|earns|gets|deserves|deserved the|my|our top place|spot|honors|honours
takes|take|took|wins|claims|earns|gets|deserves|deserved top place|spot|honors|honours
gets|get the|my|our nod|vote|edge|pick
bang for your|the buck
for your|the money|buck
above the rest
must-have
must-buy
must-try
can do no wrong
never disappoints|fails
""")
BLAME: Final = phrases("""
overkill
overrated
overpriced
over-priced
waste of money|time|cash|space
money pit
false economy
rip-off
ripoff
rip off
scam
pyramid scheme
nightmare
letdown
let-down
dud
lemon
lottery
gamble
a|the mistake
non-starter
nonstarter
hard|big|firm pass
hard|big|firm no
last resort
last choice
do-not-buy
avoid list
best|better avoided|skipped
not worth
not for me|you
make|makes no|little sense
past its|their prime
more trouble|harm than
more trouble|hassle|money than it|they
out of the|my|our question|running
no excuse
no place
your money is better
hard|tough|difficult|impossible to recommend|justify|defend|endorse|suggest
hard|tough sell
buyer beware
proceed with caution
at your own risk
all marketing
all hype
bottom of the|my|our list|pile|heap|barrel
bottom of the|my|our ranking
lets|let you down
rules|rule it|them|itself out
gone|goes downhill
falls|fall flat
a joke
a disaster
a disappointment
the worst
the weakest
useless
disappointing
disappoints
wide berth
disqualifies it|them
lost my trust
dead end
""")
#: Whole clauses of advice without a word for the thing.
DISMISSED: Final = phrases("""
look|looking elsewhere
steer|stay well| clear|away
keep looking
walk away
keep my|your distance
save your|yourself the|your|some money|trouble|cash|hassle|headache
save your|my money|cash
take your money|business elsewhere
take a pass
i would pass
look|fly|go|shop|bank|stay at|for|with something|someone|anything|somewhere else
buy|get|choose|pick|try|use|find something|someone|anything|somewhere else
something|anything else instead
you are|'re better off with|elsewhere
not worth it
no thanks
spend your money elsewhere
""")
