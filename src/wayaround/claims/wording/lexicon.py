"""Lists of words by which the reader of claims knows places, things and what is neither."""

from wayaround.claims.vocabulary import words

COUNTRIES = words(
    """afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain
    bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia botswana brazil brunei bulgaria burundi
    cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus czechia denmark djibouti ecuador
    egypt england eritrea estonia eswatini ethiopia fiji finland france gabon gambia georgia germany ghana greece
    greenland guatemala guinea guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy
    jamaica japan jordan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya
    liechtenstein lithuania luxembourg madagascar malawi malaysia mali malta mauritania mexico moldova monaco
    mongolia montenegro morocco mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman
    pakistan palestine panama paraguay peru philippines poland portugal qatar romania russia rwanda scotland senegal
    serbia singapore slovakia slovenia somalia spain sudan suriname sweden switzerland syria taiwan tajikistan
    tanzania thailand togo tunisia turkey türkiye turkmenistan uganda ukraine uruguay usa uk us uae uzbekistan
    venezuela vietnam wales yemen zambia zimbabwe"""
) | {
    "burkina faso", "costa rica", "czech republic", "dominican republic", "el salvador", "new zealand",
    "north korea", "north macedonia", "northern ireland", "papua new guinea", "saudi arabia", "sierra leone",
    "south africa", "south korea", "south sudan", "sri lanka", "united arab emirates", "united kingdom",
    "united states", "ivory coast", "côte d'ivoire", "cote d'ivoire", "great britain", "the netherlands",
}  # fmt: skip
REGIONS = words(
    """alabama alaska alberta arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois
    indiana iowa kansas kentucky louisiana maine manitoba maryland massachusetts michigan minnesota mississippi
    missouri montana nebraska nevada ohio oklahoma ontario oregon pennsylvania quebec québec saskatchewan tennessee
    texas utah vermont virginia washington wisconsin wyoming yukon queensland tasmania victoria bavaria catalonia al
    ak az ar ca co ct de fl ga hi id il ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok pa ri sc
    sd tn tx ut vt va wa wv wi wy ab bc mb nb nl ns qc sk"""
) | {"new hampshire", "new jersey", "new mexico", "new york", "north carolina", "north dakota", "south carolina",
     "south dakota", "west virginia", "british columbia", "new south wales", "rhode island"}  # fmt: skip

NOT_PLACES = words(
    """january february march april may june july august september october november december jan feb mar apr jun jul
    aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur
    thurs fri sat sun christmas easter ramadan eid i i'm i've i'd i'll god un nato eu bbc cnn afp ap dpa tass sana
    osm gps ngo ngos nyt wsj npr cbs nbc abc aa adac raf cia fbi who unicef unhcr idf sdf hgv hgvs suv suvs rv rvs
    km kms kph mph mi nm utc gmt am pm eta etas fyi imo imho tbh lol btw edit ps nb op tl dr ok okay google gmaps
    osmand openstreetmap wikipedia waze tomtom here's apple reuters twitter facebook reddit bloomberg interfax
    xinhua pentagon kremlin islam islamic muslim christian jewish internet covid syrian iraqi jordanian american
    british french german russian turkish iranian israeli lebanese egyptian saudi chinese indian japanese korean
    spanish italian dutch swiss austrian polish czech greek canadian mexican brazilian argentine chilean peruvian
    european african asian arab arabic kurdish kurds iraqis syrians americans russians jordanians turks iranians
    ukrainian ukrainians swedish norwegian danish finnish english scottish welsh irish australian pakistani afghan
    vietnamese thai portuguese hungarian romanian bulgarian serbian croatian north south east west northern southern
    eastern western northeast northwest southeast southwest mr mrs ms miss prof sir gen col lt maj capt sgt cpl"""
)
TITLES_OF_PERSONS = words(
    """mr mrs ms miss dr prof professor sir gen general col colonel lt lieutenant maj major capt captain sgt sergeant
    president minister premier governor mayor senator spokesman spokeswoman spokesperson secretary ambassador sheikh
    commander driver engineer director reporter correspondent king queen prince chancellor user"""
)
ORGANISATION_ENDS = words(
    """ministry army university agency company council times news maps committee forces department group ltd inc
    institute association federation union police corps coalition command brigade party authority service services
    administration commission bank foundation observatory office board gazette herald tribune guardian telegraph
    economist journal radio television tv press airlines airways railways haulage logistics transport freight club
    nations league corporation gmbh plc llc"""
)
SPEECH_VERBS = words(
    """said says say told tells wrote writes added adds claimed claims reported reports replied replies answered
    answers noted notes stated states tweeted posted commented comments explained explains insisted insists argued
    argues estimated estimates asked asks warned warns announced confirmed confirms acknowledged admitted thinks
    believes reckons reckoned suggested suggests calculated calculates recalls recalled put puts"""
)

ZONE_NOUNS = words(
    """zone perimeter bubble ring cordon buffer belt circle exclusion radius enclave pocket no-go no-go-zone no-fly
    zones perimeters cordons"""
)
CLOSURE_NOUNS = words(
    """closure closures shutdown blockade blockades roadblock roadblocks landslide landslip rockslide mudslide
    avalanche flood floods flooding washout accident crash collapse roadworks works construction repairs fire
    wildfire snow strike protest fighting siege barrier ban restriction restrictions blockage obstruction sinkhole
    slip shutting closing subsidence spill"""
)
STRUCTURE_NOUNS = words(
    """bridge bridges tunnel tunnels pass causeway viaduct overpass ferry strait canal dam junction interchange
    roundabout crossing crossings checkpoint checkpoints gate border frontier lock ford"""
)
PLACE_NOUNS = words(
    """base post outpost garrison camp airport airfield airbase station port harbour harbor capital city town village
    coast river lake island valley mountain mountains sea gulf oasis desert terminal depot site settlement hospital
    school refinery embassy ruins plaza line hamlet suburb outskirts centre center house farm quarry mine plant
    volcano clinic shop office church mosque factory warehouse barracks headquarters university library restaurant
    glacier crater summit waterfall bay cape trailhead campsite lodge ranch platform reactor wreck venue marina pier
    exit turnoff entrance pharmacy headland lighthouse cemetery campus bakery cafe pub gym track stadium mill resort
    hotel monastery temple castle wall park falls beach mall market hub"""
)
ROAD_NOUNS = words(
    """road roads highway highways motorway motorways route routes freeway expressway bypass street track autobahn
    autopista autoroute trail lane corridor path loop turnpike interstate ringroad parkway by-pass beltway"""
)
TRIP_NOUNS = words(
    """drive trip journey distance ride haul run way leg commute crossing transit passage trek distances trips journeys
    itinerary stretch section miles mileage kilometrage travel hop"""
)
THING_NOUNS = ZONE_NOUNS | CLOSURE_NOUNS | STRUCTURE_NOUNS | PLACE_NOUNS | ROAD_NOUNS
SHUT_WORDS = words(
    """closed shut blocked impassable cut destroyed out off-limits collapsed flooded damaged barred sealed unusable
    inaccessible gone suspended forbidden repaired rebuilt renovated resurfaced washed-out broken"""
)
LINKS = words(
    """is was are were be been being remains stays stay stayed remained remain gets got still now currently fully has
    have also will would may might must could completely temporarily partly again"""
)
SHUTTING_WORDS = words("closing shutting blocking losing sealing barring closes shuts blocks")
PEOPLE_NOUNS = words(
    """residents villagers people commuters drivers workers farmers traders pupils students patients truckers hauliers
    motorists locals inhabitants traffic lorries trucks families townspeople citizens"""
)
DEFINITE_WORDS = words("the this that these those its their our your my his her said")
INDEFINITE_WORDS = words("a an any another one some each every either both")
ROAD_WORDS_BEFORE_NUMBER = words("highway hwy route rte rt interstate road motorway autobahn freeway sr us")

ARTICLES_OF_NAMES = words("al el an ar as ash at ad az ez es et ad-dayr deir tel tell abu bin ibn umm bani")
"""May stand at the head of a name, joined by a hyphen."""
LOWER_ARTICLES = words("al el ar az ez ash ad")
"""In lower case before a capital they belong to the name; "an", "as" and "at" are words of the sentence."""
JOINING_PARTICLES = words(
    """es de del della dello dei di da do dos das du des d la las los le les lo y i e am an der im ob bei sur sous en
    aux von van den ter upon under on-the nad pod na al el ar ash az ez bin ibn of"""
)
"""In lower case between two capitals they belong to the name."""

FUNCTION_WORDS = words(
    """the a an and or but nor so yet if when while whereas because since as although though unless until till after
    before during once than then that this these those there here where which who whom whose what why how in on at
    by to from of off for with without within into onto over under through via across along around round about above
    below between beyond behind beside near past toward towards against among up down out not no yes is are was were
    be been being am has have had do does did will would can could may might must shall should it its it's he she
    they we you i me him her them us my your his our their mine yours ours all any some each every both either
    neither many much more most few less least several other another such same only just even also too very quite
    rather again still already now today yesterday tomorrow tonight later earlier soon ever never always often
    usually normally sometimes maybe perhaps however therefore thus hence meanwhile instead otherwise anyway well oh
    hi hello hey thanks thank please sorry sure actually basically honestly apparently according depending due given
    assuming using avoiding compared unlike like versus vs that's there's he's she's they're we're you're who's
    what's don't doesn't didn't isn't aren't wasn't won't can't couldn't per plus minus approximately roughly nearly
    almost exactly let let's except despite regarding including currently previously formerly"""
)
"""Never a name, wherever they stand."""
FIRST_WORDS = (
    words(
        """going driving travelling traveling taking coming leaving starting heading passing crossing turning getting
    closing shutting opening looking counting detouring rerouting re-routing diverting bypassing skirting reading
    allow expect drive take go travel head turn follow leave cross continue stay keep avoid plan count add bring
    note remember check look see try ask think correction update edited edit warning notice attention advice tip
    quote question answer fact source sources fig figure table map maps distance distances time times journey
    journeys trip trips traffic trucks truck truckers lorries lorry drivers driver vehicles vehicle cars car buses
    bus coaches convoys convoy freight cargo goods hauliers haulers shippers motorists commuters tourists visitors
    travellers travelers passengers residents locals people officials authorities engineers police soldiers troops
    forces rebels militias traders merchants farmers patients ambulances families readers users anyone anybody
    everyone everybody someone somebody nobody nothing something everything closure closures detour detours
    diversion diversions route routes road roads highway highways motorway bridge bridges tunnel border crossings
    zone zones radius base access alternative alternatives total overall roundtrip return one two three four five
    six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred
    half double first second third last next new old long short longer shorter good bad great nice big small large
    heavy main alternate additional extra further farther due fuel petrol diesel gas snow rain weather winter summer
    spring autumn government state national international local regional federal military army civil public private
    security wrong right true false nope nah yeah yep hmm lol wow well technically presumably supposedly reportedly
    it'll that'll i'd trucking shipping moving bear mind beware parking hiking walking cycling flying ferries trains
    train flights flight rail railway straight direct directly roadworks construction landslide flooding nowadays
    hardly barely nonetheless nevertheless moreover furthermore besides finally lastly secondly firstly overnight
    day days week month year hour hours minute minutes km kilometre kilometres kilometer kilometers mile miles metre
    exclusion perimeter bubble deconfliction buffer delivery deliveries supplies aid my mine estimated average
    speaking asked told said says reported according citing commenting writing wrote replying responding put
    shipments minibuses transfers services exports imports loads containers tickets exporters pilgrims skiers
    students workers nurses cyclists hikers migrants refugees caravans tankers measured seen compared instead give
    gives make makes nasty"""
    )
    | FUNCTION_WORDS
)
"""With a capital only because a sentence begins."""
