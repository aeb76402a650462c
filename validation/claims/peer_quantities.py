"""Read distances and durations with quantulum3 and recognizers-text; runs in the environment of the peers.

Texts come as a JSON list on standard input; for each reader a list of [start, end, measure, value] per text goes out,
in kilometres and hours, with the versions and the entries of quantulum3's own test file that have lengths or times.
"""

import json
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

KM = {
    "kilometre": 1.0,
    "metre": 0.001,
    "mile": 1.609344,
    "nautical mile": 1.852,
    "yard": 0.0009144,
    "foot": 0.0003048,
}
HOURS = {"hour": 1.0, "minute": 1 / 60, "day": 24.0}
TIMES = ("H", "M", "D")
RECOGNIZED = {"Kilometer": "kilometre", "Meter": "metre", "Mile": "mile", "Yard": "yard", "Foot": "foot"}


def _measured(unit: str, value: float) -> tuple[str, float] | None:
    if unit in KM:
        return "distance", value * KM[unit]
    return ("duration", value * HOURS[unit]) if unit in HOURS else None


def read_with_quantulum(text: str) -> list[list[object]]:
    """What quantulum3 finds; of a range it gives the middle."""
    from quantulum3 import parser

    found: list[list[object]] = []
    for quantity in parser.parse(text):
        measured = _measured(quantity.unit.name, quantity.value)
        if measured:
            found.append([*quantity.span, *measured])
    return found


def read_with_recognizers(text: str) -> list[list[object]]:
    """What recognizers-text finds as a dimension of length and as a duration."""
    from recognizers_date_time import recognize_datetime
    from recognizers_number_with_unit import Culture, recognize_dimension

    found: list[list[object]] = []
    for entity in recognize_dimension(text, Culture.English):
        unit, value = entity.resolution["unit"], entity.resolution["value"]
        measured = value and _measured(RECOGNIZED.get(unit, unit.lower()), float(value))
        if measured:
            found.append([entity.start, entity.end + 1, *measured])
    for entity in recognize_datetime(text, Culture.English):
        timex = entity.resolution["values"][0].get("timex", "") if entity.resolution else ""
        # Weeks, months, years and seconds are no travel times of the grammar that it is compared with.
        if entity.type_name == "datetimeV2.duration" and timex[-1:] in TIMES and ("T" in timex or timex[-1] == "D"):
            seconds = float(entity.resolution["values"][0]["value"])
            found.append([entity.start, entity.end + 1, "duration", seconds / 3600])
    return found


def own_entries_of_quantulum() -> list[dict[str, object]]:
    """The sentences of quantulum3's test file, labelled with the lengths and times that they are said to have."""
    import quantulum3

    file = Path(quantulum3.__file__).parent / "_lang" / "en_US" / "tests" / "quantities.json"
    entries: list[dict[str, object]] = []
    for entry in json.loads(file.read_text(encoding="utf-8")):
        text, labels, at = entry["req"], [], 0
        for row in entry["res"]:
            start = text.find(row["surface"], at)
            measured = _measured(row["unit"], row["value"])
            if start < 0 or not measured:
                continue
            at = start + len(row["surface"])
            labels.append({
                "text": row["surface"], "start": start, "measure": measured[0],
                "low": measured[1], "high": measured[1], "bound": "exactly",
                # The same length once more, in other units: whether it is a second quantity is a matter of taste.
                "optional": text[:start].endswith("("),
            })  # fmt: skip
        entries.append({"text": text, "quantities": labels})
    return entries


def main() -> None:
    """Read standard input, write standard output."""
    warnings.simplefilter("ignore")
    own = own_entries_of_quantulum()
    texts = json.load(sys.stdin) + [entry["text"] for entry in own]
    answer = {
        "own": own,
        "versions": {name: version(name) for name in ("quantulum3", "recognizers-text-number-with-unit")},
        "quantulum3": [read_with_quantulum(text) for text in texts],
        "recognizers-text": [read_with_recognizers(text) for text in texts],
    }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
