"""Tables with geometry as GeoJSON files."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from wayaround.errors import FileUnreadable

if TYPE_CHECKING:
    import geopandas as gpd


def geojson_text(features: "gpd.GeoDataFrame") -> str:
    """A table as GeoJSON (RFC 7946), to six decimals: a tenth of a metre.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        In longitude and latitude.
    """
    rounded = features.set_geometry(shapely.transform(features.geometry.values, lambda xy: np.round(xy, 6)))
    text: str = rounded.to_json(ensure_ascii=False)
    return text


def write_geojson(features: "gpd.GeoDataFrame", path: Path) -> None:
    """Write a table as GeoJSON (RFC 7946); the file appears whole or not at all.

    Parameters
    ----------
    features : geopandas.GeoDataFrame
        In longitude and latitude.
    path : Path
        A file there is replaced.

    Raises
    ------
    FileUnreadable
        The file cannot be written.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        draft.write_text(geojson_text(features), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise FileUnreadable(f'cannot write "{path}": {error.strerror or error}.', ids=[str(path)]) from error
    finally:
        draft.unlink(missing_ok=True)
