"""English words that are everyday words first, so that a brand of that name needs evidence.

Belongs here: the words and whether a word is one of them. Not here: what counts as evidence (``homonyms``).
Written by hand for this purpose: function words, frequent words, and nouns and verbs that companies like as
names. A word too many costs a lower-case mention, a word too few a false one.
"""

# Words that cannot be followed by a finite verb as they are: "On is ..." can only be the brand.
_PREPOSITIONS = """
about above across after against along around at away before behind below beneath beside between beyond by
down during for from in into near of off on onto out over past per since through to toward under until up
upon via with within without
"""
PREPOSITIONS = frozenset(_PREPOSITIONS.split())
# Words that open sentences as themselves: a capital and a verb are no evidence ("Nothing is", "All are").
_PRONOUNS = """
all another any anyone anything both each either every everyone everything he i it many me most my neither
no nobody none nothing one other she some someone something such that these they this those we what which
who you your
"""
PRONOUNS = frozenset(_PRONOUNS.split())

# Written with a capital always, so that it is no evidence.
_CALENDAR_WORDS = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december easter christmas
"""
CALENDAR = frozenset(_CALENDAR_WORDS.split())
# German nouns that are names of companies: in German a capital is no evidence for them.
_GERMAN_NOUNS_WORDS = """
bahn bank boss bild box brille burger focus freude gap glas heimat karte klasse krone linse liebe mut
nest nova
obst orange post punkt ring spiegel stern sonne sport tasse team ticket tier welle welt zeit ziel zoom
shell club dose kiste kind max name
"""
GERMAN_NOUNS = frozenset(_GERMAN_NOUNS_WORDS.split())
# Before a noun these describe it: "Free plans" says nothing of a company called Free.
_ADJECTIVES = """
beyond bright calm clear clever current express free fresh future general good great honest impossible liberty
light mobile modern native new noble open orange premium prime progressive public pure purple quick
ready royal
simple smart solid square total true united universal virgin visible wise
"""
ADJECTIVES = frozenset(_ADJECTIVES.split())
# Words of German, French and Spanish that are names of companies.
_FOREIGN = """
bahn bild stern spiegel zeit welt heimat mut boss einfach freude sonne
but casino carrefour boulanger sens libre
mundo marca pa\u00eds d\u00eda claro
"""
_WORDS = """
acorn affirm ally allies amplitude avocado betterment bounty bumble clover corona cricket domino fossil
gemini gong gusto heap helix hers hippo jaguar java kraken lemonade lynx mustang
nectar oscar outreach paramount peacock rippling robinhood sling snowflake tinder upstart
puma progressive python virgin beetle rust plaid stash acorns sprint blackberry tundra sierra outback
forester aurora
jasper claude monday tuesday wednesday thursday friday saturday january february april july august
september october november december various generic unknown unbranded
a ability able about above absolute accept access account across act action active actual add additional
address adjust adult advance advantage adventure advertising advice after again against age agency agent ago
agree ahead aid aim air alarm album alert alive all allow almost alone along already also alt although
always amber ambition among amount amp analysis anchor ancient and angel angle animal announce annual
another answer any anyone anything apart apex appeal appear appearance apple apply approach arc arch are
area arena argue argument ark arm army around arrival arrive arrow art article as ascend ash aside ask
aspect aspen aspire asset at athlete atlas attack attempt attention attic audible audience aura author auto
autumn available avenue average avid award aware away awesome axe axis baby back backbone bad bag balance
ball balloon band bandit bandwidth bank banner bar bare bark barn base basic basin basket bass bat bath
battery battle bay be beach beacon beam bean bear beast beat beats beautiful beauty because become becoming
bed bee been before begin behavior behind being believe bell belong below belt bench bend beneath benefit
beside best bet better between beyond big bike bill billion bin bingo biology bird birth bit bite black
blade blank blaze blend bless blind blink bliss block blocks blog blood bloom blow blue bluff board boast
boat body bold bolt bomb bond bone bonus book boom boost boot border born boss both bottle bottom bounce
bound boundless bow bowl box boy brain branch brand brave bread break breath breeze brew brick bridge brief
bright brilliant bring broad broadcast bronze brook brother brown browse browser brush bubble bucket buddy
budget buffer bug build builder bulb bulk bull bullet bump bunch bundle burn burst bus business busy but
butter button buy buzz by cabin cable cache cake calendar call calm calmer cam camera camp can canal
candidate candle candy canopy canvas cap capacity capital captain caption car caravan carbon card care
career careful cargo carry cart cartridge case cash cast castle cat catalyst catch category cause cave
celebrate cell cellar center central century ceremony certain chain chair challenge champion chance change
channel chapter character charge charm chart chase chat cheap check cheer chef chemical chemistry chest
chewy chicken chief child chime chip choice choose chrome cinder circle citizen city civil claim clarity
class classic classics clean clear clerk clever cliff climate climb clinic clip clock close cloth clothes
cloud club clue coach coal coast coat coda code coffee cognition coil coin cold collect collection college
color column comb combine come comedy comet comfort comfortable comic comma command comment commercial
commitment common communication community compact companion company compare compass competition complete
computer concept concern condition conference confidence confluence congress connect consider constant
contact content contract contrast control cook cool copilot copper copy coral cord core corn corner correct
cosmic cost cottage cotton could count country couple courage course court cousin cover cow craft crane
crash crate crazy cream create creative credit creek crest crew crime crimson crisp critical crop cross
crowd crown crucial cruise crush cry crystal cube cuisine culture cup curious current curve custom customer
cut cycle daily damage dance danger dapper dare dark dart dash data date daughter dawn day dead deal dear
death debate debt decade decide decision deck deep deer defense define degree delight deliver delta demand
democracy den denim department depend depot depth describe desert design desk despite detail develop device
dial diamond dice diesel differ difference different difficult digital dinner dip direct direction discord
discount discover discovery discussion disease dish disk display distance dive divide do dock doctor
doctrine does dog dollar dolphin domain dome done door dot double doubt dough dove down draft dragon drama
draw dream dress drift drill drink drip drive driver drop drops drum dry duck due dune during dusk dust duty
each eager eagle ear early earn earth ease east easy eat echo eclipse economist economy edge edges edit
education effect effort egg eight either elder election electric element elementary elevate elite else email
embark ember emerald emergency empire employee employer empty encore end endless energetic energy engine
enjoy enough enroll ensure enter enterprise entire environment envoy epic equal equinox equipment era error
escape essence essential estate even evening event ever evergreen every everyday everyone everything
everywhere evidence evolve exact exam example except exchange executive exercise exist exit expansion expect
experience experiment expert explain explore explorer express expression extra eye fabric face fact factor
factory failure fair faith falcon fall fame family famous fan far farm fashion fast fat father favor fear
feather feature feed feel fellow felt female fence few fiber field fifth fight figure file fill film final
financial find fine finger finish fire firefly first fish fit five fix flag flame flash flat fleet flex
flexible flight flip float flock floor flow flower fluent fly foam focus fog fold folk follow food foot
footprint for force foreign forest forever forge forget fork form format former fort forth fortnight fortune
forum forward foster found foundation fountain four fox fragment frame framework free freedom fresh freshly
friend from front frontier frost fruit fuel full fun function fund fury fusion future gain galaxy gallery
game gap garage garden gas gate gather gauge gear gem gems gene general generation genesis genius gentle
genuine get ghost giant gift ginger give glacier glad glass gleam glide glimpse global globe glory glow glue
go goal goat god gold golden gone good goods goose government grab grace grade grain grammar grand grant
grape graph grass gravity gray great green grid grind grip grit groove ground group grove grow growth guard
guess guest guide guitar gulf gum gun guru gust habit hair half hall halo hammer hand handle handy hang
happen happiness happy harbor hard harmony harness harvest hat hatch hatchet hate have haven hawk he head
headspace heal health hear heart heat heaven heavy hedge height hello help helpful her here heritage hero
hex hi hidden high hike hill him hinge hint hip his historic history hit hive hold hole holiday hollow home
honest honey honeycomb honor hood hook hoop hop hope horizon horn horse hospital host hot hotel hour house
household how hub huge hull human humble hundred hunt hunter hurry husband hustle hut hybrid i ice icon idea
ideal identity if illness image imagine immediate impact important impossible impress impulse in inbox inch
include income increase indeed index indie indigo individual industry infinite infinity influence inform
information ingredient ink inn inner input insert inside insider insight inspire instant instead instinct
insurance insure integrity intense intent inter interest interface interior internal international into
invest invite iris iron is island issue it item its ivory jacket jade jail jar jazz jet jewel job join joint
jolly journal journey joy joyful judge juice jump junction june jungle junior juniper jury just justice keen
keep keeper kernel kettle key kick kid kin kind kindle kindred king kingdom kit kitchen kite knife knight
knock knot know knowledge known lab label labor lace lack ladder lady lake lamp land landmark lane language
lantern large laser last latch late later lattice laugh launch laurel lava law lawn lay layer lead leader
leadership leaf league lean leap learn least leather leave ledge left leg legacy legal legend lemon length
lens less let letter level lever liberty library license life lift light lighter lighthouse lightning like
lime limit limited line linear link lion lip liquid list listen literal literally little live lively load
local location lock locker lodge loft log logic lone long look loom loop loops loose lose loss lost lot
lotus loud lounge love low loyal luck lucky lull lumber lunar lunch lunchbox lush luxury machine mad made
magic magnet magnolia mail mailbox main maintain major majority make maker male mama man manage mango manner
many map maple marathon marble march mark market marriage marvel mask mass master match material matrix
matter matters max maximum may maybe maze me meadow meal mean measure meat medal media medical medium meet
mellow melt member memo memory mend mental mention menu merchant mercury mercy mere merge merit mesh message
metal meteor meter method metro middle midnight might mighty mild mile miles military milk mill million mind
minds mine mineral mini minimum minor mint minute miracle mirage mirror miss mission mist mix mob mobile
mobility mode model modern moment monarch money monitor monkey monster month mood moon moose moral more
morning mosaic moss most mother motion motor mountain mouse mouth move movement movie much mud mule multi
multiple mural murder muscle muse museum mushroom music must mute my mystery myth nail name narrow nation
national native natural nature navigator navy near neat necessary neck need needle negative neighbor
neighborhood neither neon nest net network never new news next nice niche night nimble nine no noble nobody
node noise nomad none noon nor normal north nose not notable note nothing notice notion nova novel now nude
number numbers nurse nut oak oasis oat object obsidian ocean odd of off offer offers office often oil ok
okay old olive omega on once one onion online only onto opal open opera opinion opportunity optimism optimum
option or oracle orange orbit orca orchard orchid order ordinary organic organization origin original other
otter our out outdoor outer outlet outline outlook output outside oven over overall owl own owner ox oxygen
oyster pace pacific pack package pad paddle page paint pair palace palm pan panda panel panic panther paper
parade paradise paragon parallel pardon parent park parrot part particular partner party pass passage
passion past paste patch path patience patient patriot pattern pause pavement paw pay peace peaceful peach
peak peanut pear pearl pebble peer pelican pen penguin people pepper per percent perception perfect perform
performance perfume perhaps period permission person personal pet petal phantom phase phoenix phone photo
phrase physical pick picture pie piece pier pike pillar pillow pilot pin pine pink pinnacle pint pioneer
pipe pitch pixel pizza place plain plan plane planet plank planning plant plate platform play player plaza
pleasant please pleasure plenty plot plug plum plus pocket poem poet point polar pole policy polish
politician politics poll pond pony pool poor pop poppy popular population port portal portion position
positive possibility possible post pot potential pouch pound poverty powder power powerful powers practical
practice praise prefer pregnant premier premium presence present president press pressure pretty previous
price pride priest primal primary prime primer prince principle print prior priority prism prison privacy
private prize pro probe problem procedure process produce product professional profile profit program
progress project promise prompt proof proper property prose prospect protect protection proton proud prove
provide psychology public publish puddle pull pulse pump punch pupil puppet pure purple purpose pursuit push
put puzzle pyramid quality quantum quarter quartz queen quench quest question quick quickly quiet quill
quilt quip quite quiver quiz quote rabbit race racer rack radar radiant radio radius raft rage rail rain
rainbow raise rally ram ramp ranch range ranger rank rapid rare rate rather raven raw ray razor reach react
reaction read ready real reality realm reason rebel receive recent recipe recommendation record red
reduction reed reef reference refine reflect reform refresh refuge regal region register regular relate
relation relationship relay release relevant reliable reliance relief religion relish remain remark
remarkable remedy remember remind remote renew rent repair reply report republic reputation request
requirement rescue research reserve reset resolve resort resource respect responsible rest restore result
resume return reveal revel revenue reverse review revive revolution reward rhythm ribbon rice rich ride
ridge right ring ripple rise risk rival river road roam roar robin robot robust rock rocket role roll roof
room rooster root roots rope rose round route rover row royal rubber ruby rugged rule run runner rush rust
sacred sad safari safe safety saga sage sail saint salad salary sale salt same sample sanctuary sand sandals
sandbox sapphire satin saturn sauce save saw say scale scarlet scene scent school science scoop scope score
scout scratch screen script sea seal seamless search season seat second secret section sector secure
security see seed seek seem segment select self sell send senior sense sensitive sentinel sentry sequel
serene series serious serve service session set settle seven several severe shade shadow shake shape share
shark sharp she shed sheep sheet shelf shell shelter shield shift shine ship shirt shock shoe shoot shop
shore short shortcut should shoulder show shower shut side siege sift sight sign signal signals significant
silent silk silver similar simple since sing single sink sister sit site situation six size skate sketch ski
skill skin skip skull sky slack slate sleek sleep sleeve slice slide slight slim slip slow small smart smile
smoke smooth snack snake snap snow snug so soap social society sock soda sofa soft software solar sole solid
solo solution some someone something son song sonic soon soothe sort soul sound soup source south southwest
space spark sparrow speak special spectrum speech speed spell spend spending sphere spice spider spin spiral
spirit spitfire splash splendid split spoke sport spot spotlight spray spread spring sprinkle sprint sprout
spruce spur squad square squirrel stable stack staff stage stamp stand standard star starboard start state
station stay steady steal steam steel steep stellar stem step stereo stick still stitch stock stone stop
store storm story stout stranger strap strategy straw stream street strength stress stretch stride strike
string stripe strong structure student studio study stuff style subject subscribe substance subway succeed
success such sugar suggest suit suitable sum summer summit sun sunbird sunday sunny sunrise sunset super
supply support supreme sure surf surface surge surgery surprise survey suspect sustain swan sway sweep sweet
swell swift swim swimming swing switch sword symbol sympathy system table tablet tag tail take tale talent
talk talking tall tally tame tandem tang tank tap tape target task taste tax tea teach teacher teal team
tech technology tell temper temple ten tender tension tent term terra terrible test text than thank thanks
that the theater their them theme then theory there these they thick thin thing things think third thirty
this thorn though thought thousand thread three thrift thrive throat through throw thunder ticket tide tidy
tie tiger tight tile timber time tin tiny tip tire title to toast today toe together toggle token toll
tomato tone tonic tonight too tool tooth top topic torch total touch tough tour toward tower town toy trace
track trade trader tradition traditional traffic trail train training transform transit transportation
travel tread treasure treat treatment tree trek tremor trend trial tribe trick trigger trim trio trip triple
triumph trophy tropic trouble truck true trump trunk trust truth try tube tulip tumble tundra tune tunnel
turbo turn turtle twelve twin twist two type typical ugly ultimate ultra umbrella unbound uncle under
understand unfold uniform union unique unit unite unity universal universe university unlimited until up
uphold upon upper upright ups upset upstairs uptown urban urge us use useful user usual utmost vacation
valiant valid valley valuable value van vanguard vanilla vapor variation variety vase vast vault vector
vegetable vehicle velocity velvet venture verdict verge verse version vertex very vessel vest via vibe
vibrant victim victory video view vigor village vine vintage vinyl violence violet viper virtual virtue
virus visa visible vision visit vista vital vivid vocal voice void volcano volt volume vortex vote voyage
voyager wage wagon wait wake walk wall wallet walnut wander want war warehouse warm warmth warrior wash
waste watch water wave wax way we weak weakness wealth wealthy weapon wear weather weave web website wedge
week weekend weigh welcome well west whale what wheat wheel when where whereas which while whisper whistle
white who whole whose why wide wife wild wilderness will willing willow win wind window windy wine wing
winner winter wire wisdom wise wish wisp with within without wolf woman wonder wonderful wood wool word work
worker workplace world worth worthy would wow wrangler wrap wren write writer writing wrong yard year yellow
yes yesterday yet yield ace affinity alignment anthem apostrophe apron attentive banana barrel birch
blender boll
burrow caliber cascade caviar chili chorus clubhouse condor consumer convert curb devoted dig drunk elephant
elm embrace empower farmer fetch firehouse fireflies framer generator graduate greenhouse healthy helium
hourglass imperfect insomnia instantly iterable jersey maiden marmot misfit mush noodle parachute persona
philosophy polly pottery princess pumpkin quicken reformation revolve ritual riverside safeguard scout
resistance sender seventh slab spoon stake streak sunbasket tasty territory thistle thrifty tiller traveler
unreal vega warden workable sprout
yes yesterday yet yield you young your youth yummy zebra zen zenith zero zest zinc zip zone zoom
"""
COMMON_WORDS = frozenset(_WORDS.split()) | frozenset(_FOREIGN.split()) | CALENDAR | PREPOSITIONS | PRONOUNS


def is_common(word: str) -> bool:
    """Return whether a lower-case word, or what it is the plural or a form of, is an everyday word."""
    if word in COMMON_WORDS:
        return True
    stems = [word.removesuffix(ending) for ending in ("s", "es", "ed", "ing")]
    return any(stem != word and (stem in COMMON_WORDS or f"{stem}e" in COMMON_WORDS) for stem in stems)
