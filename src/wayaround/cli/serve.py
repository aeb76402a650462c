"""``wayaround serve``."""

import os
from socket import AF_INET, AF_INET6, create_server, socket
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from wayaround.errors import PackageMissing, SettingInvalid

if TYPE_CHECKING:
    from wayaround.service.settings import Settings

_HUNG_S = 30
"""A process that says nothing for so long is killed; one that begins on a busy machine may need ten seconds."""


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; 127.0.0.1 if left out.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 8080 if left out.")] = None,
    network: Annotated[str | None, typer.Option(help="Network to serve; world-highways if left out.")] = None,
    profile: Annotated[str | None, typer.Option(help="Vehicle to serve; truck if left out.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; 1 if left out.")] = None,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Store of scenarios and jobs: an SQLite file or PostgreSQL.")
    ] = None,
) -> None:
    """Serve OSRM's HTTP API and wayaround's own until interrupted; every setting is WAYAROUND_* in the environment."""
    try:
        import uvicorn  # an extra
        from uvicorn.supervisors import Multiprocess

        from wayaround.network.catalogue import open_network
        from wayaround.network.profiles import load_profile
        from wayaround.service.allocator import keep_memory_flat
        from wayaround.service.app import create_app
        from wayaround.service.logs import start_logging
        from wayaround.service.measures import SHARED
        from wayaround.service.settings import PREFIX, read_settings
        from wayaround.service.store.database import open_store
    except ImportError as error:
        raise PackageMissing(
            f"{error.name or 'a package'} is not installed; pip install 'wayaround[service]'.", ids=[str(error.name)]
        ) from error
    settings = read_settings(host=host, port=port, network=network, profile=profile, workers=workers, database=database)
    load_profile(settings.profile)
    # what is wrong is said before a socket opens, and the tables are up to date before several processes want them
    roads = open_network(settings.network)
    open_store(settings.database).close()
    _check_address(settings.host, settings.port)
    start_logging()
    if settings.workers == 1:
        keep_memory_flat()
        uvicorn.run(create_app(settings, network=roads), **_server_options(settings))
        return
    for name in ("host", "port", "network", "profile", "workers", "database"):
        os.environ[f"{PREFIX}{name.upper()}"] = str(getattr(settings, name))
    config = uvicorn.Config(
        "wayaround.service.app:create_app_from_environment",
        factory=True,
        loop="wayaround.service.dealing:DealtLoop",
        workers=settings.workers,
        **_server_options(settings),
    )
    # by what not every system has
    from wayaround.service.counts_folder import counts_folder
    from wayaround.service.dealing import Dealer

    with config.bind_socket() as listening, counts_folder() as folder:
        listening.listen(config.backlog)
        os.environ[SHARED] = str(folder)
        dealer = Dealer(listening)
        Multiprocess(config, sockets=[cast(socket, dealer)]).run()
        dealer.close()


def _check_address(host: str, port: int) -> None:
    """Say in a sentence what the server would tell its log."""
    try:
        create_server((host, port), family=AF_INET6 if ":" in host else AF_INET).close()
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]
        raise SettingInvalid(
            f"cannot listen at {host}, port {port} ({reason}); choose another with --host and --port.",
            ids=["port"],
        ) from error


def _server_options(settings: "Settings") -> dict[str, Any]:
    return {
        "host": settings.host,
        "port": settings.port,
        "http": "wayaround.service.http_heads:BoundedHeads",
        "ws": "none",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "date_header": True,
        "timeout_graceful_shutdown": settings.shutdown_s,
        "timeout_worker_healthcheck": _HUNG_S,
    }
