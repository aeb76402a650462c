"""Words beside a quantity that tell what it measures."""

from dataclasses import dataclass

from wayaround.claims.frames import Filler
from wayaround.claims.items import Item
from wayaround.claims.lexicon import ROAD_NOUNS, TRIP_NOUNS, ZONE_NOUNS, words

LONGER = words("longer more extra additional further farther slower greater added")
SHORTER = words("shorter less fewer faster quicker")
ADDING_BEFORE = words(
    """add adds added adding cost costs costing extra additional another lengthen lengthens lengthened lengthening
    prolong prolongs prolonged extend lose loses further tacks"""
)
SAVING_BEFORE = words(
    """save saves saved saving cut cuts cutting shave shaves shaved shaving shorten shortens shortened shortening spare
    spares gain gains trim trims trimmed trimming"""
)
DETOUR_NOUNS = words(
    """detour detours diversion diversions deviation deviations way-round workaround re-routing rerouting dogleg
    round-about detouring loop"""
)
DIFFERENCE_NOUNS = words("difference differences differ differs gap penalty saving savings")
DIRECTIONS = words(
    """north south east west northeast northwest southeast southwest north-east north-west south-east south-west
    northern southern eastern western upstream downstream inland uphill downhill north-northeast north-northwest
    south-southeast south-southwest east-northeast east-southeast west-northwest west-southwest nne nnw sse ssw ene
    ese wnw wsw ne nw se sw n s e w"""
)
AWAY = words("away outside off short inside beyond distant out ahead") | DIRECTIONS
HEDGES = words(
    """about around roughly approximately some nearly almost close to circa or so just only merely a an mere exactly
    more than over at least up most under as much the another good full whole further extra additional no fewer less
    not even well upwards of exceeding ca c perhaps maybe probably in"""
)
STRAIGHT = words("crow airline bee-line beeline straight-line as-the-crow-flies great-circle")
ROAD_CUES = words(
    """drive driving road roads route routes trip journey ride haul highway motorway car truck lorry bus drives
    overland travel travelling traveling run commute"""
) | {"by-road"}
TRAVEL_CUES = (
    ROAD_CUES
    | ROAD_NOUNS
    | TRIP_NOUNS
    | words(
        """take takes took long drove go going goes get gets reach reaching way covers cover covered leg far there trucks
    lorries trucker truckers driver drivers door-to-door one-way"""
    )
)
NO_WAY_NOUNS = words(
    """queue queues line lines tailback tailbacks jam jams convoy column wait waits waiting delay delays pipeline
    tunnel bridge runway strip trench wall fence march marathon race hike walk walks swim flight shift strike curfew
    siege ceasefire meeting visit depth altitude elevation visibility backlog hold-up hold-ups bike cycle cycling
    walking closure shutdown outage patrol inspection inspections formalities paperwork search checks break stop
    rest nap sleep battle battles talks speech film match border frontier coastline front river canal railway
    standstill ban stay window deadline notice session interview rally debate parade crossing-time loading unloading
    range wingspan"""
)
NO_WAY_VERBS = words(
    """waited waiting wait stuck queued queue queuing stood standing held stranded lasted lasts lasting shut closed
    blocked open opened slept stay stayed fought sat halted interrupted suspended delayed stopped remained worked
    rested parked clear cleared clearing reopen reopened marched walked hiked cycled swam flew talked spoke argued
    met trapped repaired detained spent"""
)
NO_WAY_AFTER = words("""wide deep high tall thick ago old above underground late early below beforehand straight""")


@dataclass(frozen=True, slots=True)
class Scene:
    """A quantity, or two that go together, with the words that belong to it.

    Parameters
    ----------
    items : tuple of Item
        The whole sentence.
    low, high : int
        Items from and up to which the words belong to it.
    first, last : int
        Items of its first and last quantity.
    fillers : tuple of Filler
        Mentions among its words.
    everywhere : tuple of Filler
        Mentions of the whole sentence.
    """

    items: tuple[Item, ...]
    low: int
    high: int
    first: int
    last: int
    fillers: tuple[Filler, ...]
    everywhere: tuple[Filler, ...]

    def after(self, count: int) -> list[str]:
        """The next words; a mention counts as "<m>"."""
        return [_word(item) for item in self.items[self.last + 1 : min(self.high, self.last + 1 + count)]]

    def before(self, count: int) -> list[str]:
        """The words before, the nearest first, without hedges right before the quantity."""
        at = self.first - 1
        while at >= self.low and self.items[at].kind == "word" and self.items[at].low in HEDGES:
            at -= 1
        return [_word(item) for item in reversed(self.items[max(self.low, at + 1 - count) : at + 1])]

    def hedged(self, count: int) -> list[str]:
        """The words before, the nearest first, with the hedges."""
        return [_word(item) for item in reversed(self.items[max(self.low, self.first - count) : self.first])]

    def words(self) -> set[str]:
        """Every word that belongs to it, and those of mentions."""
        found: set[str] = set()
        for item in self.items[self.low : self.high]:
            if item.kind == "word":
                found.add(item.low)
            elif item.kind == "mention":
                found.update(item.low.split())
        return found


def _word(item: Item) -> str:
    return {"word": item.low, "mention": "<m>", "quantity": "<q>"}[item.kind]


def noun_after(scene: Scene) -> str:
    """The noun that the quantity measures, as "detour" in "a 155-km southern detour"; empty if none is plain."""
    known = DETOUR_NOUNS | DIFFERENCE_NOUNS | ZONE_NOUNS | NO_WAY_NOUNS | TRIP_NOUNS | ROAD_NOUNS
    position = scene.last + 1
    for at in range(position, min(scene.high, position + 4)):
        item = scene.items[at]
        if item.kind == "mention":
            words = item.low.split()  # "the 55-km zone" holds its quantity
            holds = item.start <= scene.items[scene.first].start
            return words[-1] if holds else ""
        if item.kind != "word" or not item.low[0].isalnum():
            if item.low == "-":
                continue
            return ""
        if item.low in known:
            following = scene.items[at + 1].low if at + 1 < scene.high else ""
            return following if following in known else item.low
        if item.low in _PHRASE_ENDS or item.low in LONGER or item.low in SHORTER:
            return ""
    return ""


_PHRASE_ENDS = words(
    """from to of in at on by via through over for around round surrounding between with within is are was were and or
    but than the a an that which who it as if when while apart away per each so because this there he she they we
    you i not about into after before since until"""
)
