"""Words beside a quantity that tell what it measures."""

from wayaround.claims.vocabulary import words
from wayaround.claims.wording.lexicon import ROAD_NOUNS, TRIP_NOUNS

LONGER = words("longer more extra additional further farther slower greater added")
SHORTER = words("shorter less fewer faster quicker")
ADDING_BEFORE = words(
    """add adds added adding cost costs costing extra additional another lengthen lengthens lengthened
    lengthening prolong prolongs prolonged extend lose loses further tacks put puts putting"""
)
SAVING_BEFORE = words(
    """save saves saved saving cut cuts cutting shave shaves shaved shaving shorten shortens shortened
    shortening spare spares gain gains trim trims trimmed trimming"""
)
EXTRA = words("extra additional added surplus")
ADDING_VERBS = words("adds add added adding costs cost means")
GROWING = words(
    """longer lengthens lengthened lengthen lengthening increases increased increase extends extended extend
    prolongs prolonged prolong exceeds grown grew grow grows risen rose rises rise up stretched stretches
    drags"""
)
SHRINKING = words("beats beat reduces reduced reduce shrinks shrank shrunk fell falls fallen dropped drops down less")
DETOUR_NOUNS = words(
    """detour detours diversion diversions deviation deviations way-round workaround re-routing rerouting
    dogleg round-about detouring"""
)
DIFFERENCE_NOUNS = words("difference differences differ differs gap penalty saving savings")
DIRECTIONS = words(
    """north south east west northeast northwest southeast southwest north-east north-west south-east
    south-west northern southern eastern western upstream downstream inland uphill downhill north-northeast
    north-northwest south-southeast south-southwest east-northeast east-southeast west-northwest
    west-southwest nne nnw sse ssw ene ese wnw wsw ne nw se sw n s e w"""
)
AWAY = words("past before behind away outside off short inside beyond distant out ahead") | DIRECTIONS
HEDGES = words(
    """about around roughly approximately some nearly almost close to circa so just only merely a an mere
    exactly more than over at least up most under as much the another good full whole further extra
    additional no fewer less not even well upwards exceeding ca c perhaps maybe probably"""
)
STRAIGHT = words("air-line crow airline bee-line beeline straight-line as-the-crow-flies great-circle")
ROAD_CUES = words(
    """drive driving road roads route routes trip journey ride haul highway motorway car truck lorry bus drives
    overland travel travelling traveling run commute"""
) | {"by-road"}
TRAVEL_CUES = (
    ROAD_CUES
    | ROAD_NOUNS
    | TRIP_NOUNS
    | words(
        """via reached reachable take takes took long drove go going goes get gets reach reaching way covers cover
    covered leg far there trucks lorries trucker truckers driver drivers door-to-door one-way"""
    )
)
NO_WAY_NOUNS = words(
    """queue queues line lines tailback tailbacks jam jams convoy column wait waits waiting delay delays
    pipeline tunnel bridge runway strip trench wall fence march marathon race hike walk walks swim flight
    shift strike curfew siege ceasefire meeting visit depth altitude elevation visibility backlog hold-up
    hold-ups bike cycle cycling walking closure shutdown outage patrol inspection inspections formalities
    paperwork search checks break stop rest nap sleep battle battles talks speech film match border frontier
    coastline front river canal railway standstill ban stay window deadline notice session interview rally
    debate parade crossing-time loading unloading range wingspan"""
)
NO_WAY_VERBS = words(
    """backed waited waiting wait stuck queued queue queuing stood held stranded shut closed
 blocked halted interrupted suspended delayed stopped
 parked clear cleared clearing reopen reopened argued
 trapped repaired detained """
)
SOFT_NO_WAY_VERBS = words(
    """lasted lasts lasting standing sat remained worked open opened fought rested marched walked hiked cycled
    swam flew talked spoke met spent stay stayed slept extended repaved resurfaced paved built laid mined
    planted widened"""
)
FLYING = words("train hike helicopter flight flights fly flying flew plane planes jet aircraft airlift")
NO_WAY_ANYWHERE = words("marathon rally race speed speeds limit curfew rate altitude elevation")
MOVING_VERBS = words(
    """follow continue keep drive drives drove driving driven travel travels travelled traveled go goes going
    went ride road way"""
)
NO_WAY_AFTER = words("""wide deep high tall thick ago old above underground late early below beforehand""")
PHRASE_ENDS = words(
    """from to of in at on by via through over for around round surrounding between with within is are was were
    and or but than the a an that which who it as if when while apart away per each so because this there he
    she they we you i not about into after before since until"""
)
WAITING_NOUNS = words(
    """queue queues line lines tailback tailbacks jam jams wait waits waiting delay delays backlog standstill
    curfew siege ceasefire closure shutdown outage strike range battle clock hold-up hold-ups stop break
    rest depth"""
)
"""However far before the quantity they stand, it is not about a way."""
WEAK_TRAVEL_CUES = words(
    """car truck lorry bus drives there far trucks lorries trucker truckers driver drivers track street path
    lane"""
)
"""They only tell of a way where places stand beside them."""
