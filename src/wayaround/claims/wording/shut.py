"""Which mention of a sentence names what is shut."""

from collections.abc import Callable
from dataclasses import replace

from wayaround.claims.wording.frames import Filler, kind_of
from wayaround.claims.wording.lexicon import LINKS, SHUT_WORDS, SHUTTING_WORDS, ZONE_NOUNS
from wayaround.claims.wording.scenes import Scene


def closure_of(scene: Scene) -> Filler | None:
    """The mention that names what is shut, or what the way goes round.

    Parameters
    ----------
    scene : Scene
        The quantity among its words.

    Returns
    -------
    Filler or None
        None where the sentence names nothing that is shut.
    """
    tests: tuple[Callable[[Filler], bool], ...] = (
        lambda f: _is_shut(scene, f),
        lambda f: f.role == "cause",
        lambda f: kind_of(scene.items[f.at].low) in ("closure", "zone") and f.role != "via",
        lambda f: f.role == "around" and _goes_round(scene, f),
    )
    for test in tests:
        for fillers in (scene.fillers, scene.everywhere):
            found = next((filler for filler in fillers if test(filler)), None)
            if found is not None:
                return found
    return None


def _goes_round(scene: Scene, filler: Filler) -> bool:
    """Whether a way goes round a mention; a zone around it does not."""
    nearest = [item.low.split()[-1] for item in scene.items[max(0, filler.at - 4) : filler.at] if item.low]
    return not ZONE_NOUNS & set(nearest)


def _is_shut(scene: Scene, filler: Filler) -> bool:
    if filler.at + 2 < len(scene.items) and scene.items[filler.at + 1].low in ("at", "in", "near", "of"):
        after = scene.items[filler.at + 2]
        if after.kind == "mention" and _is_shut(scene, replace(filler, at=filler.at + 2)):
            return True  # "the bridge at Kerch is out" is about the bridge
    before = scene.items[filler.at - 1].low if filler.at else ""
    if before in SHUTTING_WORDS or before == "until":
        return True
    if (
        before == "of"
        and filler.at > 1
        and scene.items[filler.at - 2].low in ("closure", "shutdown", "loss", "collapse")
    ):
        return True
    at = filler.at + 1
    if at < len(scene.items) and scene.items[at].low in ("closes", "shuts", "fails", "reopens", "fell", "falls"):
        return at + 1 >= len(scene.items) or scene.items[at + 1].low in (",", ".", ";", "again", "for", "to")
    while at < len(scene.items) and at < filler.at + 5 and scene.items[at].low in LINKS:
        at += 1
    return at < len(scene.items) and scene.items[at].kind == "word" and scene.items[at].low in SHUT_WORDS
