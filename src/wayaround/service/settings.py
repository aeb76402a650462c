"""Settings of the service: flags of `wayaround serve`, environment variables `WAYAROUND_*`, secret files, defaults."""

import ipaddress
import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from wayaround.errors import SettingInvalid
from wayaround.service.callers import Role

__all__ = ["Settings", "is_loopback", "read_settings"]

PREFIX = "WAYAROUND_"
CONTAINER_SECRETS = Path("/run/secrets")
"""Where Podman, Docker and Kubernetes put secret files."""

_Token = Annotated[str, Field(pattern=r"^(read:|write:)?[0-9a-f]{64}$")]
_Count = Annotated[int, Field(ge=1, le=10_000_000)]


class Settings(BaseSettings):
    """What the service may be told; the environment variable of each is its name in capitals after `WAYAROUND_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on; one beyond loopback needs a token.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    network: str = Field("world-highways", description="Name in the catalogue, stored folder or .osm.pbf to serve.")
    profile: str = Field("truck", description="Vehicle to serve.")
    workers: int = Field(1, ge=1, le=64, description="Processes; they share the network by memory map.")
    token_hashes: Annotated[tuple[_Token, ...], NoDecode] = Field(
        (),
        description="SHA-256 of each token, in hexadecimal, separated by commas; `read:` before one that may keep "
        "nothing and begin no job; none: no token.",
    )
    database: str = Field(
        "",
        description="Store of scenarios and jobs: an SQLite file, or `postgresql+psycopg://...`; none: service.sqlite "
        "in the user's data folder.",
    )
    threads: int = Field(4, ge=1, le=64, description="Requests that are computed at once in each process.")
    assessments: int = Field(1, ge=1, le=16, description="Scenarios that are assessed at once in each process.")
    jobs: int = Field(1, ge=0, le=16, description="Jobs that are computed at once in each process.")
    waiting: int = Field(64, ge=1, le=100_000, description="Requests that may wait for a thread; more are refused.")
    max_body_bytes: _Count = Field(1_000_000, description="Size of a request's body.")
    max_url_bytes: int = Field(65_536, ge=1_000, le=400_000, description="Size of a request's path and query.")
    max_route_places: _Count = Field(500, description="Coordinates of a route.")
    max_table_places: _Count = Field(2_000, description="Coordinates of a table.")
    max_nearest: _Count = Field(100, description="Roads that `nearest` gives.")
    max_alternatives: int = Field(3, ge=0, le=10, description="Alternatives of a route.")
    max_closures: _Count = Field(100, description="Closures of a request.")
    max_vertices: _Count = Field(10_000, description="Vertices of all polygons of a request together.")
    max_pairs: _Count = Field(
        250_000, description="Pairs of places of a scenario that is assessed at once; one with more becomes a job."
    )
    max_job_pairs: _Count = Field(4_000_000, description="Pairs of places of a scenario that is assessed as a job.")
    max_points: _Count = Field(1_000, description="Points of a sweep.")
    max_jobs: _Count = Field(8, description="Jobs of a token that may wait or run.")
    max_followed: _Count = Field(64, description="Jobs whose events are sent at once, in each process.")
    max_scenarios: _Count = Field(10_000, description="Scenarios that are stored.")
    max_requests_per_s: int = Field(
        100,
        ge=1,
        le=1_000_000,
        description="Requests a second of a token, in each process; without tokens, any number.",
    )
    max_claims: _Count = Field(100, description="Claims of a scenario that is assessed at once.")
    silent_s: int = Field(
        15, ge=3, le=3600, description="Seconds after which a job whose process says nothing is begun by another."
    )
    keep_days: int = Field(30, ge=1, le=36_500, description="Days that a job that ended is kept with its result.")
    shutdown_s: int = Field(20, ge=0, le=600, description="Seconds that running requests are given to end.")

    @property
    def tokens(self) -> tuple[tuple[Role, str], ...]:
        """Role and hash of each token."""
        split = (each.rpartition(":") for each in self.token_hashes)
        return tuple(("read" if role == "read" else "write", digest) for role, _, digest in split)

    @field_validator("token_hashes", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value


def read_settings(**flags: Any) -> Settings:
    """Read the settings; what no flag says is taken from the environment, then from secret files, then the default.

    A secret file has the name of the variable, in small letters, and lies in the folder of systemd's credentials or in
    that of a container's secrets.

    Raises
    ------
    SettingInvalid
        A value out of range, a secret file that cannot be read, or an address beyond loopback without a token.

    Examples
    --------
    >>> read_settings(port=9000).port
    9000
    """
    try:
        said = {name: value for name, value in flags.items() if value is not None}
        settings = Settings(**{"_secrets_dir": _secret_folders(), **said})
    except (OSError, UnicodeDecodeError, SettingsError) as error:
        raise SettingInvalid(f"a secret file with a setting cannot be read: {error}.", ids=["secrets"]) from error
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        name = str(problem["loc"][0])
        message = f"{problem['msg'][0].lower()}{problem['msg'][1:]}"
        raise SettingInvalid(f"{PREFIX}{name.upper()} or its flag: {message}.", ids=[name]) from error
    if not is_loopback(settings.host) and not settings.token_hashes:
        raise SettingInvalid(
            f"{settings.host} can be reached from other machines, and no token is set; set {PREFIX}TOKEN_HASHES to the "
            "SHA-256 of a long random token, or listen on 127.0.0.1.",
            ids=["host"],
        )
    return settings


def _secret_folders() -> list[Path]:
    """Folders of secret files that are there."""
    of_systemd = os.environ.get("CREDENTIALS_DIRECTORY")
    folders = [CONTAINER_SECRETS, *([Path(of_systemd)] if of_systemd else [])]
    return [folder for folder in folders if folder.is_dir()]


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
