"""How long a large thread takes to read, and with how much memory.

    python validation/time_reading.py [--megabytes 10] [--share 0.02 ...]

Writes threads of comments out of the sentences in `validation/claims/tuning.jsonl`, with other digits and a strange
word in each sentence, so that no two are alike, and reads each in a process of its own. `--share` is how many of the
sentences state a route quantity.
"""

import argparse
import json
import multiprocessing
import random
import resource
import time
from pathlib import Path

from wayaround.claims.document import parse_document
from wayaround.claims.read import read_claims

SENTENCES = Path(__file__).parent / "claims" / "tuning.jsonl"
A_COMMENT = 14


def write_thread(letters: int, share: float, seed: int = 1) -> str:
    """A thread of so many letters, with comments of fourteen sentences."""
    chance = random.Random(seed)
    rows = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    with_claims, without = ([row["text"] for row in rows if bool(row["claims"]) == has] for has in (True, False))
    parts = ["A long thread about roads\n\nBy Lena Morrow, 8 February 2018\n\nThe road is long.\n\nComments\n"]
    written = 0
    while written < letters:
        sentences = [chance.choice(with_claims if chance.random() < share else without) for _ in range(A_COMMENT)]
        body = " ".join(_vary(sentence, chance) for sentence in sentences)
        parts.append(f"Reader {len(parts)} on 9 February 2018 at 08:12:\n{body}\n")
        written += len(parts[-1])
    return "\n".join(parts)


def _vary(sentence: str, chance: random.Random) -> str:
    digits = "".join(str(chance.randint(1, 9)) if sign.isdigit() else sign for sign in sentence.rstrip(". "))
    return f"{digits}, {''.join(chance.choices('abcdefghij', k=6))}."


def measure(megabytes: float, share: float) -> None:
    """Print what one thread takes."""
    text = write_thread(int(megabytes * 1e6), share)
    before = time.process_time()
    document = parse_document(text)
    parsed = time.process_time()
    statements = read_claims(document)
    read = time.process_time()
    claims = sum(len(each.claims) for each in statements)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    print(
        f"{megabytes:g} MB, {len(document.blocks):,} blocks, {claims:,} claims: {parsed - before:.1f} s for the "
        f"document, {read - parsed:.1f} s for what it says, {peak_mb:,.0f} MB",
        flush=True,
    )


def main() -> None:
    """Measure a tenth and the whole, for each share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=float, default=10.0)
    parser.add_argument("--share", type=float, nargs="*", default=[0.02, 0.2])
    chosen = parser.parse_args()
    for share in chosen.share:
        for megabytes in (chosen.megabytes / 10, chosen.megabytes):
            process = multiprocessing.get_context("spawn").Process(target=measure, args=(megabytes, share))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
