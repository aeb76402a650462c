"""What quantulum3 and recognizers-text read in the same sentences; they run in an environment of their own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from claims_counting import Count, Label, Reading, count_matches, precision_text, recall_text, same_amount

from wayaround.claims.quantities import find_quantities

ROOT = Path(__file__).resolve().parent.parent
READER = ROOT / "validation" / "claims" / "peer_quantities.py"
PEERS = ROOT / "build" / "claims-peers"
PACKAGES = (
    "quantulum3==0.10.0",
    "recognizers-text-number-with-unit==1.0.2a2",
    "recognizers-text-date-time==1.0.2a2",
    "emoji<2",  # recognizers-text imports a name that emoji 2 no longer has
    "setuptools<81",
)
PEERS_INTRODUCTION = """\
## Other readers of quantities

{versions}.
Only distances and durations are compared, and only place and value: neither peer knows bounds, and of a range any value
between its ends counts, since one gives the middle and the other an end. Bare "m", areas and speeds are look-alikes in
these sentences, for the peers as well.
The third set is the test file that quantulum3 ships, for whose lengths and times quantulum3 was made.
"""


def ask_peers(rows: Sequence[Label]) -> dict[str, Any]:
    """What quantulum3 and recognizers-text read, in an environment of their own."""
    python = PEERS / "bin" / "python"
    if not (PEERS / "ready").is_file():
        # The peers are not made for Pythons after 3.12.
        base = sys.executable if sys.version_info < (3, 13) else shutil.which("python3.12") or "python3.11"
        subprocess.run([base, "-m", "venv", "--clear", str(PEERS)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (PEERS / "ready").touch()
    answer = subprocess.run(
        [str(python), str(READER)],
        input=json.dumps([row["text"] for row in rows]),
        capture_output=True,
        check=True,
        text=True,
    )
    return dict(json.loads(answer.stdout))


def compare_with_peers(halves: Mapping[str, Sequence[Label]]) -> tuple[list[str], str]:
    """The table of three readers on the same sentences, by place and value alone, and the versions of the peers."""
    rows = [row for half in halves.values() for row in half]
    answer = ask_peers(rows)
    readers: dict[str, list[list[Reading]]] = {
        "wayaround": [
            [Reading(q.start, q.end, q.measure, q.low, q.high) for q in find_quantities(row["text"])]
            for row in [*rows, *answer["own"]]
        ]
    }
    for name in ("quantulum3", "recognizers-text"):
        readers[name] = [
            [Reading(start, end, measure, value, value) for start, end, measure, value in found]
            for found in answer[name]
        ]
    sets: list[tuple[str, Sequence[Label], int]] = []
    begin = 0
    for half, labelled in halves.items():
        sets.append((half.replace("_", "-") + " half", labelled, begin))
        begin += len(labelled)
    sets.append(("quantulum3's own tests", answer["own"], begin))
    lines = ["| sentences | reader | precision | recall |", "|---|---|---|---|"]
    for title, labelled, begin in sets:
        for name, found in readers.items():
            count = sum(
                (
                    count_matches(row["quantities"], found[begin + place], same_amount)[0]
                    for place, row in enumerate(labelled)
                ),
                Count(),
            )
            lines.append(f"| {title} | {name} | {precision_text(count)} | {recall_text(count)} |")
    return lines, ", ".join(f"{name} {number}" for name, number in answer["versions"].items())
