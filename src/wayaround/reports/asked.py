"""Pictures and tables of the report beside the journeys: burden, access, intervals, what 5 % would overturn."""

from typing import Any

from markupsafe import Markup

from wayaround.impact.result import Impact
from wayaround.reports.access import (
    CHANGED_COLUMNS,
    LIMIT_COLUMNS,
    list_changed,
    list_limits,
    say_access,
    warn_of_access,
)
from wayaround.reports.access_plots import encode_access
from wayaround.reports.burden_plot import encode_burden
from wayaround.reports.headline import printable
from wayaround.reports.uncertainty import interval_columns, list_intervals, say_model, say_turnings

PNG_URL = Markup("data:image/png;base64,")


def list_asked(impact: Impact) -> dict[str, Any]:
    """What the template `asked.html.j2` shows, and the sentences below the headline."""
    access, burden = impact.access, encode_burden(impact)
    return {
        "turnings": say_turnings(impact),
        "burden_url": "" if burden is None else PNG_URL + burden,
        "reaches": []
        if access is None
        else [
            {
                "kind": printable(reach.kind),
                "sentence": say_access(access, reach),
                "limits": list_limits(access, reach),
                "changed": list_changed(access, reach),
            }
            for reach in access.reaches
        ],
        "access_url": "" if access is None else PNG_URL + encode_access(access),
        "access_warnings": [] if access is None else warn_of_access(access),
        "limit_columns": LIMIT_COLUMNS,
        "changed_columns": CHANGED_COLUMNS,
        "interval_columns": interval_columns(impact),
        "intervals": list_intervals(impact),
        "interval_model": "" if impact.uncertainty is None else say_model(impact.uncertainty),
    }
