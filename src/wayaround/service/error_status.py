"""Errors as HTTP statuses, in one table, and as one JSON shape: `code`, `message` and, where there are any, `ids`."""

from typing import Any

from wayaround import errors

__all__ = ["STATUS", "describe_error", "status_of"]

STATUS: dict[type[errors.WayaroundError], int] = {
    errors.ScenarioError: 422,
    errors.FileUnreadable: 422,
    errors.TextUnreadable: 422,
    errors.GeometryInvalid: 422,
    errors.NetworkNotFound: 404,
    errors.RoadsInvalid: 422,
    errors.PackageMissing: 500,
    errors.ExtractNotFound: 404,
    errors.DownloadFailed: 500,
    errors.StoreDamaged: 500,
    errors.PlaceNotFound: 422,
    errors.PlaceAmbiguous: 422,
    errors.PlaceOffNetwork: 422,
    errors.CrossingNotFound: 422,
    errors.LinkNotFound: 422,
    errors.OverridesInvalid: 422,
    errors.ProfileNotFound: 422,
    errors.ProfileKeyUnknown: 422,
    errors.ClosureShutsNothing: 422,
    errors.SettingInvalid: 500,
    errors.RequestRefused: 403,
    errors.RequestTooLarge: 413,
    errors.NotJson: 415,
    errors.RoleTooLow: 403,
    errors.ScenarioNotFound: 404,
    errors.NameTaken: 409,
    errors.VersionChanged: 412,
    errors.JobNotFound: 404,
    errors.ResultNotThere: 409,
    errors.TooManyJobs: 429,
    errors.StoreUnreachable: 503,
    errors.RunRefused: 409,
    errors.RunIncomplete: 500,
    errors.ClusterUnreachable: 503,
    errors.ClusterUnfit: 503,
    errors.ScaleOverflow: 422,
}
"""What each class of error is answered with."""

MOST_LETTERS, MOST_IDS = 1000, 100


def status_of(error: errors.WayaroundError) -> int:
    """HTTP status of an error.

    Examples
    --------
    >>> status_of(errors.CrossingNotFound("no crossing"))
    422
    """
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def describe_error(code: str, message: str, ids: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON shape of every error.

    Examples
    --------
    >>> describe_error("NotFound", "there is nothing at this address")
    {'code': 'NotFound', 'message': 'there is nothing at this address'}
    """
    shape: dict[str, Any] = {"code": code, "message": _one_line(message)}
    if ids:
        shape["ids"] = [_one_line(each) for each in ids[:MOST_IDS]]
    return shape


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text[:MOST_LETTERS])
