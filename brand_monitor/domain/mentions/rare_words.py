"""Rarer English words that companies like as names: in small letters the word, with a capital the company.

Belongs here: the words. Not here: everyday words, which need evidence with a capital too (``common_words``),
and what a capital is worth (``terms``).
"""

_WORDS = """
abstract academia accent accord alphabet anaconda analog angular anvil arcade archer archive armada armor
arsenal ascent aster augur axle azure backpack badger bamboo bang barley basil beaver bedrock bellwether
berry bison bistro blazer blockbuster blogger blueprint bonfire bongo bonsai boomerang bootstrap boulder
bramble brass breaker briar brisk brisket bronco broom buckle bugle bumper bungalow bunny butterfly cactus
cadence camel cannon canon canyon capsule cardinal caribou carnival carrot caterpillar cedar celery cello
celsius challenger charger chariot cheetah cherokee cherry chestnut chisel cider cinnamon cipher citadel
citrus civic claw clay clove cobalt cobra cockpit cocoa coconut cocoon colorado concord converse convex
cosmos cougar courier coyote cradle crater crayon crocus crow cruiser crunch curl cyclone daisy dandelion
decanter defender dishwasher drizzle drone duchess dynamo easel ebony eddy elastic elk emblem enigma epoch
espresso ether expedition fable fandom fathom fawn fern ferret fiddle fidelity fiesta finch flagship
flamingo flannel flare flicker flint flood flora flute flux foil font ford forte foxglove fuse gadget galley
garland garnet gazelle geek geyser gizmo gladiator glance glider glitch goblin golf gondola gopher granite
griffin grunt guardian gull handshake hangout hare harp hawthorn hazel heather hedgehog heirloom helm herald
heron hickory highlander holly hornet hummingbird hurricane hyena hyper ibex icehouse icicle igloo imprint
inertia ingot inkwell invalid ivy jackal jasmine javelin jay jelly jigsaw jolt jubilee jupiter kayak kestrel
keystone kiss koala labyrinth ladle lagoon laptop larch lark latitude lavender leopard lilac lily limestone
linen lipstick lobster locket locus locust macaw magma mahogany mallard mallet mantis mantle marigold marlin
maroon marsh mason maverick medley mega melody meme meridian meta milestone minnow mocha mole mongoose
monsoon moth mound mulberry myriad mystic narwhal nebula neptune nickel nimbus nugget null nutmeg nymph
obelisk ocelot octave octopus odyssey onyx oriole osprey overstock pagoda palette palisade papaya parasol
parcel parliament parsley passport pathfinder patron pavilion payback penny peony peppermint peppy
persistent pheasant picnic pigeon pistachio piston plateau platinum pledge plume pluto polo polymer
pomegranate porcupine prairie prefect prodigy propel puff puffin pulp pulsar quail quasar raccoon radish
raid railway rampart raptor reign relic remix render renegade resonance rhino rhythm rider riot rogue ruffle
rune saffron satellite savanna scan schooner scooter scorpion sequoia serpent shampoo shamrock shuttle siren
skipper skyline sled sleet smartphone solstice sonar sonnet spear sphinx spindle sprite squall squid squirt
stallion staple starfish starling stimulus stork stylus subversion sundial sunflower swagger swallow swarm
swatch sycamore symphony talon tangerine tangled tango tarragon tassel tattoo tempest tempo terrace terrain
thicket thimble tiara titan toad topaz tornado toucan transmission traverse trellis trident trillium triton
truly trumpet tugboat turquoise turret twenty twilight unicorn urchin vale valve verbena vermilion vesper
viking vodka vulture walrus warbler waterfall weasel wharf windmill wink wisteria wolverine wombat
woodpecker yak yarrow yew zephyr zinnia
"""
RARE_WORDS = frozenset(_WORDS.split())
