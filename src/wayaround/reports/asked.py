"""What a scenario asks beside its journeys, for the report: access, intervals, and what 5 % would overturn."""

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
from wayaround.reports.headline import printable
from wayaround.reports.uncertainty import INTERVAL_COLUMNS, list_intervals, say_model, say_turnings


def list_asked(impact: Impact) -> dict[str, Any]:
    """What the template `asked.html.j2` shows, and the sentences below the headline."""
    access = impact.access
    return {
        "turnings": say_turnings(impact),
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
        "access_url": "" if access is None else Markup("data:image/png;base64,") + encode_access(access),
        "access_warnings": [] if access is None else warn_of_access(access),
        "limit_columns": LIMIT_COLUMNS,
        "changed_columns": CHANGED_COLUMNS,
        "interval_columns": INTERVAL_COLUMNS,
        "intervals": list_intervals(impact),
        "interval_model": "" if impact.uncertainty is None else say_model(impact.uncertainty),
    }
