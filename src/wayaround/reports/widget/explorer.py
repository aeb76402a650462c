"""The widget: a map that moves, with the tables beside it. Nothing comes from another host."""

import math
from importlib.resources import files
from typing import Any

import anywidget
import traitlets

from wayaround.impact.result import Impact
from wayaround.reports.headline import headline_journeys
from wayaround.reports.maps import frame_impact
from wayaround.reports.widget.ground import box_of_view, describe_ground
from wayaround.reports.widget.layers import describe_layers

__all__ = ["ImpactExplorer"]

ASPECT = 1.5
_SOURCES = files("wayaround.reports.widget")


class ImpactExplorer(anywidget.AnyWidget):
    """A result to move about in.

    Parameters
    ----------
    impact : Impact
        The result.
    """

    # A widget's module can import nothing that lies beside it, so the two are joined here.
    _esm = "\n".join((_SOURCES / name).read_text(encoding="utf-8") for name in ("map.js", "explorer.js"))
    _css = (_SOURCES / "explorer.css").read_text(encoding="utf-8")

    layers = traitlets.Dict(read_only=True).tag(sync=True)
    ground = traitlets.Dict().tag(sync=True)
    frame = traitlets.List(traitlets.Float(), read_only=True).tag(sync=True)
    view = traitlets.List(traitlets.Float()).tag(sync=True)
    selected = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, impact: Impact) -> None:
        view = frame_impact(impact, aspect=ASPECT)
        self._impact = impact
        box = box_of_view(view)
        super().__init__(selected=[journey.pair for journey in headline_journeys(impact)], view=list(box))
        self.set_trait("frame", list(box))
        self.set_trait("layers", describe_layers(impact, middle_lon=view.lon))

    @traitlets.validate("view")
    def _box(self, proposal: Any) -> list[float]:
        box: list[float] = proposal["value"]
        if len(box) != 4 or not all(map(math.isfinite, box)):
            raise traitlets.TraitError("a view is west, south, east and north in degrees.")
        west, south, east, north = box
        if not (-540 <= west < east <= 540 and -90 <= south < north <= 90):
            raise traitlets.TraitError("a view has its west before its east and its south before its north.")
        return box

    @traitlets.observe("view")
    def _draw_ground(self, change: Any) -> None:
        self.ground = describe_ground(self._impact.network, tuple(change["new"]))

    @traitlets.validate("selected")
    def _listed(self, proposal: Any) -> list[int]:
        listed = {journey.pair for journey in self._impact.journeys}
        return [pair for pair in proposal["value"] if pair in listed]
