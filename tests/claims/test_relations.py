"""Each sentence with what its quantities measure, in the words of news, forums, agencies and travel pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayaround.claims.claim import SLOTS
from wayaround.claims.mentions import find_mentions
from wayaround.claims.quantities import find_quantities
from wayaround.claims.relations import find_claims

# A claim is written "relation | quantity | slot=words"; of a comparison both values; "difference>" says which is longer.
EXAMPLES: list[tuple[str, ...]] = [
    # the way from one place to another
    ("From Damascus to Baghdad via al-Tanf it is 793 km.",
     "route | 793 km | origin=Damascus | destination=Baghdad | via=al-Tanf"),
    ("The drive to Baghdad takes 10 hours.", "route | 10 hours | destination=Baghdad"),
    ("It is 160 km from Homs to Damascus.", "route | 160 km | origin=Homs | destination=Damascus"),
    ("Lorries need nine hours between Tartus and Qamishli.",
     "route | nine hours | origin=Tartus | destination=Qamishli"),
    ("The Damascus-Baghdad highway is 800 km long.", "route | 800 km | origin=Damascus | destination=Baghdad"),
    ("Jackson–Victor via Teton Pass: 38 km.", "route | 38 km | origin=Jackson | destination=Victor | via=Teton Pass"),
    ("We made it from Puerto la Cruz to Caracas in five hours.",
     "route | five hours | origin=Puerto la Cruz | destination=Caracas"),
    ("Driving time from St. Gallen to Zürich is roughly 55 minutes.",
     "route | 55 minutes | origin=St. Gallen | destination=Zürich"),
    ("The 250-kilometre drive from Deir ez-Zor to Palmyra crosses open desert.",
     "route | 250-kilometre | origin=Deir ez-Zor | destination=Palmyra"),
    ("Baghdad is a ten-hour drive from Amman.", "route | ten-hour | origin=Baghdad | destination=Amman"),
    ("By road, Aqaba lies 330 km from Amman.", "route | 330 km | origin=Aqaba | destination=Amman"),
    ("To get to Zermatt from Visp you drive 36 km.", "route | 36 km | destination=Zermatt | origin=Visp"),
    ("Count on three hours for the trip from Rio de Janeiro to Paraty.",
     "route | three hours | origin=Rio de Janeiro | destination=Paraty"),
    ("Homs, Syria, to Tripoli, Lebanon, is 95 km by the coast road.",
     "route | 95 km | origin=Homs, Syria | destination=Tripoli, Lebanon | via=the coast road"),
    ("Using the M20, Dover to London takes two hours.",
     "route | two hours | origin=Dover | destination=London | via=M20"),
    ("The bus covers the 410 km to Erbil in seven hours.",
     "route | 410 km | destination=Erbil", "route | seven hours | destination=Erbil"),
    ("Between Mersin and Adana the motorway runs for 69 km.",
     "route | 69 km | origin=Mersin | destination=Adana"),
    ("You can reach Petra from Aqaba in under two hours.",
     "route | two hours | origin=Aqaba | destination=Petra"),
    ("The shortest way from here to the border is 45 km.", "route | 45 km | origin=here | destination=the border"),
    ("Leaving Lyon, it is 313 km to Marseille.", "route | 313 km | origin=Lyon | destination=Marseille"),
    # two claims and lists
    ("From Damascus to Baghdad it is 793 km via al-Tanf and 948 km via al-Qaim.",
     "comparison | 793 km | 948 km | origin=Damascus | destination=Baghdad | via=al-Tanf | via_other=al-Qaim"),
    ("Damascus to Homs is 160 km, to Aleppo 350 km.",
     "route | 160 km | origin=Damascus | destination=Homs", "route | 350 km | origin=Damascus | destination=Aleppo"),
    ("Amman to Aqaba is 330 km and Amman to Irbid 90 km.",
     "route | 330 km | origin=Amman | destination=Aqaba", "route | 90 km | origin=Amman | destination=Irbid"),
    ("The road from Bergen to Oslo is 463 km long and takes seven hours.",
     "route | 463 km | origin=Bergen | destination=Oslo", "route | seven hours | origin=Bergen | destination=Oslo"),
    ("A 55-kilometre zone around al-Tanf adds 155 km to the trip from Damascus to Baghdad.",
     "zone | 55-kilometre | place=al-Tanf", "detour | 155 km | origin=Damascus | destination=Baghdad | closure=A 55-kilometre zone"),
    ("Split to Zadar, 158 km; Zadar to Rijeka, 221 km.",
     "route | 158 km | origin=Split | destination=Zadar", "route | 221 km | origin=Zadar | destination=Rijeka"),
    # how much longer one way is
    ("Damascus to Baghdad via al-Tanf versus al-Qaim is just 155 km.",
     "difference | 155 km | origin=Damascus | destination=Baghdad | via=al-Tanf | via_other=al-Qaim"),
    ("The route via al-Qaim is 155 km longer than the one via al-Tanf.",
     "difference> | 155 km | via=al-Tanf | via_other=al-Qaim"),
    ("Going via al-Qaim instead of al-Tanf adds 155 km.", "difference> | 155 km | via=al-Tanf | via_other=al-Qaim"),
    ("The route through the desert is 20 km shorter than the one along the river.",
     "difference> | 20 km | via=the desert | via_other=the river"),
    ("The difference between the two routes from Basra to Baghdad is 40 km.",
     "difference | 40 km | origin=Basra | destination=Baghdad"),
    ("Taking the Gotthard rather than the San Bernardino saves 30 minutes between Zürich and Milan.",
     "difference> | 30 minutes | origin=Zürich | destination=Milan | via=Gotthard | via_other=San Bernardino"),
    ("Via Rutba it is two hours longer than via Nukhayb.", "difference> | two hours | via=Nukhayb | via_other=Rutba"),
    ("Compared with the road over the pass, the tunnel saves 12 km.",
     "difference> | 12 km | via=the tunnel | via_other=the pass"),
    ("The coast road is 25 km longer than the motorway.",
     "difference> | 25 km | via=the motorway | via_other=The coast road"),
    ("There is a difference of 155 km between going via al-Tanf and going via al-Qaim.",
     "difference | 155 km | via=al-Tanf | via_other=al-Qaim"),
    ("It's only 15 minutes quicker via Reading than via Basingstoke.",
     "difference> | 15 minutes | via=Reading | via_other=Basingstoke"),
    ("The northern route to Mosul is an hour slower than the southern route.",
     "difference> | an hour | destination=Mosul | via=the southern route | via_other=The northern route"),
    # what a closure adds
    ("The closure adds 155 km to the trip from Damascus to Baghdad.",
     "detour | 155 km | origin=Damascus | destination=Baghdad | closure=The closure"),
    ("The way round is 155 km longer.", "detour | 155 km"),
    ("With Nasib closed, lorries from Amman to Beirut have to drive an extra 600 km.",
     "detour | 600 km | origin=Amman | destination=Beirut | closure=Nasib"),
    ("Avoiding the zone costs drivers an extra three hours.", "detour | three hours | closure=the zone"),
    ("Because the bridge is shut, the trip from Crown Point to Vergennes is 60 miles longer.",
     "detour | 60 miles | origin=Crown Point | destination=Vergennes | closure=the bridge"),
    ("The closure of the Champlain Bridge means a detour of 100 km for commuters.",
     "detour | 100 km | closure=The closure of the Champlain Bridge"),
    ("Since Teton Pass collapsed, the commute from Victor to Jackson has been 60 miles longer.",
     "detour | 60 miles | origin=Victor | destination=Jackson | closure=Teton Pass"),
    ("A landslide near Sion forces a 45-km detour.", "detour | 45-km | closure=A landslide"),
    ("Drivers face a 90-minute diversion while the tunnel is closed.", "detour | 90-minute | closure=the tunnel"),
    ("The blockade lengthens the journey to Latakia by 70 km.",
     "detour | 70 km | destination=Latakia | closure=The blockade"),
    ("Going round the zone means driving 155 km more.", "detour | 155 km | closure=the zone"),
    ("The detour around the flooded underpass is 3 km.", "detour | 3 km | closure=the flooded underpass"),
    ("It takes two hours longer now that the border crossing at Nasib is shut.",
     "detour | two hours | closure=Nasib"),
    ("Traffic is being diverted, adding 35 minutes to journeys.", "detour | 35 minutes"),
    ("The trip to school is now 14 miles longer because of the washout.",
     "detour | 14 miles | closure=the washout"),
    ("Because of the zone the trip from Damascus to Baghdad is 155 km or two hours longer.",
     "detour | 155 km | origin=Damascus | destination=Baghdad | closure=the zone",
     "detour | two hours | origin=Damascus | destination=Baghdad | closure=the zone"),
    ("The ring road closure puts 20 minutes on the journey from Leeds to York.",
     "detour | 20 minutes | origin=Leeds | destination=York | closure=The ring road closure"),
    # the size of a zone
    ("A 55-kilometre zone around al-Tanf closes the highway.", "zone | 55-kilometre | place=al-Tanf"),
    ("The exclusion zone extends 55 km in every direction from the base.", "zone | 55 km | place=the base"),
    ("The army drew a perimeter of 10 km around the refinery.", "zone | 10 km | place=the refinery"),
    ("Al-Tanf sits inside a deconfliction zone with a radius of 55 km.", "zone | 55 km | place=Al-Tanf"),
    ("Police set up a 2-mile cordon around the station.", "zone | 2-mile | place=the station"),
    ("The exclusion zone around Chernobyl measures 30 km in radius.",
     "zone | 30 km | place=Chernobyl"),
    ("An area with a diameter of 110 km surrounding al-Tanf is off limits.",
     "zone | 110 km | place=al-Tanf"),
    ("The bubble around the base is 55 km.", "zone | 55 km | place=the base"),
    # near a place
    ("Anyone who comes within 50 km of the base is warned off.", "within | 50 km | place=the base"),
    ("The village lies within 20 km of the crossing.", "within | 20 km | origin=The village | place=the crossing"),
    ("No truck may pass within 55 kilometres of al-Tanf.", "within | 55 kilometres | place=al-Tanf"),
    ("Palmyra is within 200 km of Homs.", "within | 200 km | origin=Palmyra | place=Homs"),
    ("Nobody got within 50 km.", "within | 50 km"),
    ("All roads within a radius of 5 km of the stadium are closed.", "within | 5 km | place=the stadium"),
    # in a straight line
    ("As the crow flies Damascus and Baghdad are 750 km apart.",
     "apart | 750 km | origin=Damascus | destination=Baghdad"),
    ("al-Tanf lies 24 km from the border.", "apart | 24 km | origin=al-Tanf | destination=the border"),
    ("The base sits 20 km west of the Iraqi border.",
     "apart | 20 km | origin=The base | destination=the Iraqi border"),
    ("In a straight line it is 240 km from Homs to Deir ez-Zor.",
     "apart | 240 km | origin=Homs | destination=Deir ez-Zor"),
    ("Ruwaished, 80 km from the Iraqi border, is the last town.",
     "apart | 80 km | origin=Ruwaished | destination=the Iraqi border"),
    ("Köln and Bonn are just 25 km apart.", "apart | 25 km | origin=Köln | destination=Bonn"),
    ("The straight-line distance from Oslo to Bergen is 305 km.",
     "apart | 305 km | origin=Oslo | destination=Bergen"),
    ("The camp is about 18 km south of Mafraq.", "apart | 18 km | origin=The camp | destination=Mafraq"),
    ("Some 40 km north-east of Palmyra lies Sukhna.", "apart | 40 km | origin=Sukhna | destination=Palmyra"),
    ("By air it is 98 km between Zürich and Bern.", "apart | 98 km | origin=Zürich | destination=Bern"),
    # two values
    ("It takes 10.4 hours vs. 13.1 hours.", "comparison | 10.4 hours | 13.1 hours"),
    ("It now takes 7 hours instead of 5 hours.", "comparison | 5 hours | 7 hours"),
    ("The trip used to take 5 hours and now takes 7 hours.", "comparison | 5 hours | 7 hours"),
    ("The journey from Homs to Damascus has gone from two hours to five hours.",
     "comparison | two hours | five hours | origin=Homs | destination=Damascus"),
    ("Instead of 20 minutes, the drive from Victor to Jackson takes 90 minutes.",
     "comparison | 20 minutes | 90 minutes | origin=Victor | destination=Jackson"),
    ("Lorries from Amman to Damascus drive 900 km rather than 190 km since Nasib was shut.",
     "comparison | 190 km | 900 km | origin=Amman | destination=Damascus"),
    ("Via the pass it is 40 km, through the tunnel 28 km.",
     "comparison | 40 km | 28 km | via=the pass | via_other=the tunnel"),
    ("793 km against 948 km from Damascus to Baghdad is no small thing.",
     "comparison | 793 km | 948 km | origin=Damascus | destination=Baghdad"),
    ("The flood turned a 15-minute drive to Aalen into a 50-minute one.",
     "comparison | 15-minute | 50-minute | destination=Aalen"),
    ("Compared with 5 hours before, the trip to Irbid takes 8 hours today.",
     "comparison | 5 hours | 8 hours | destination=Irbid"),
    # what is not about a way
    ("The road was shut for three hours.", "none | three hours"),
    ("Trucks queue for 5 km at the border.", "none | 5 km"),
    ("A 12-km tailback formed outside Basel.", "none | 12-km"),
    ("We waited four hours at Nasib.", "none | four hours"),
    ("The tunnel is 9 km long.", "none | 9 km"),
    ("The convoy stretched for 3 km.", "none | 3 km"),
    ("The siege lasted 72 hours.", "none | 72 hours"),
    ("The highway from Homs to Hama will be closed for 48 hours.", "none | 48 hours"),
    ("Engineers repaired 12 km of track.", "none | 12 km"),
    ("There is a two-hour delay at the border.", "none | two-hour"),
]  # fmt: skip


def _described(text: str, names: tuple[str, ...] = ()) -> list[str]:
    lines = []
    for claim in find_claims(text, find_quantities(text), find_mentions(text, names=names)):
        relation = (claim.relation or "none") + (">" if claim.ordered else "")
        values = [text[q.start : q.end] for q in (claim.quantity, claim.other) if q is not None]
        lines.append(" | ".join([relation, *values, *(f"{slot}={m.text}" for slot, m in sorted(claim.slots.items()))]))
    return lines


def _in_order(claim: str) -> str:
    head = [part for part in claim.split(" | ") if "=" not in part]
    return " | ".join([*head, *sorted(part for part in claim.split(" | ") if "=" in part)])


@pytest.mark.parametrize("example", EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_what_is_measured(example: tuple[str, ...]) -> None:
    text, *claims = example
    assert _described(text) == [_in_order(claim) for claim in claims]
