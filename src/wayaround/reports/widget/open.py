"""Open the widget, where the package that carries it to the notebook is installed."""

from typing import TYPE_CHECKING

from wayaround.errors import PackageMissing
from wayaround.impact.result import Impact

if TYPE_CHECKING:
    from wayaround.reports.widget.explorer import ImpactExplorer


def open_explorer(impact: Impact) -> "ImpactExplorer":
    """Make the widget of a result.

    Parameters
    ----------
    impact : Impact
        The result.

    Returns
    -------
    ImpactExplorer

    Raises
    ------
    PackageMissing
        The extra `notebook` is not installed.
    """
    try:
        from wayaround.reports.widget.explorer import ImpactExplorer  # an extra
    except ImportError as error:
        raise PackageMissing(
            f"{error.name or 'a package'} is not installed; pip install 'wayaround[notebook]'.", ids=[str(error.name)]
        ) from error
    return ImpactExplorer(impact)
