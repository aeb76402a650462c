"""The image and the unit, held against the settings, and against what they promise: no root, little to write to."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from wayaround.service.settings import CONTAINER_SECRETS, PREFIX, Settings, read_settings

ROOT = Path(__file__).parent.parent
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
UNIT = ROOT / "deploy" / "wayaround.service"
DOCS = ROOT / "docs" / "deploy.md"
NOT_OF_THE_SERVICE = {"WAYAROUND_CACHE"}


def steps() -> list[tuple[str, str]]:
    """Instructions of the last stage of the image, with their words."""
    text = re.sub(r"^#.*\n", "", CONTAINERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    last = max(row for row, (word, _) in enumerate(lines) if word == "FROM")
    return [(word, " ".join(rest.split())) for word, rest in lines[last:]]


def word_of(wanted: str) -> str:
    (found,) = [rest for word, rest in steps() if word == wanted]
    return found


def environment_of_image() -> dict[str, str]:
    return dict(pair.split("=", maxsplit=1) for pair in word_of("ENV").split())


def unit() -> dict[str, list[str]]:
    """Directives of the unit's [Service] section, each with all that it was given."""
    section = UNIT.read_text(encoding="utf-8").partition("[Service]")[2].partition("[Install]")[0]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", section, re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def environment_of_unit() -> dict[str, str]:
    return dict(pair.split("=", maxsplit=1) for pair in unit()["Environment"])


@pytest.mark.parametrize("environment", [environment_of_image, environment_of_unit])
def test_every_variable_is_a_setting(environment: object) -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    said = {name for name in environment() if name.startswith(PREFIX)}  # type: ignore[operator]
    assert {"WAYAROUND_HOST", "WAYAROUND_PORT"} <= said
    assert said - NOT_OF_THE_SERVICE <= settings, "a variable that the service does not know"


def test_the_image_does_not_run_as_root() -> None:
    user = word_of("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), "by number, so that Kubernetes can tell that it is not root"
    assert f"--uid {user.partition(':')[0]} " in word_of("RUN")
    words = [word for word, _ in steps()]
    assert set(words[words.index("USER") :]) <= {
        "USER",
        "VOLUME",
        "EXPOSE",
        "STOPSIGNAL",
        "HEALTHCHECK",
        "ENTRYPOINT",
        "CMD",
    }


def test_the_image_listens_where_it_says_and_asks_itself_there() -> None:
    said = environment_of_image()
    assert said["WAYAROUND_PORT"] == word_of("EXPOSE") == str(Settings.model_fields["port"].default)
    command = json.loads(word_of("HEALTHCHECK").partition("CMD ")[2])
    assert command[:2] == ["python", "-c"]
    compile(command[2], "healthcheck", "exec")
    assert "WAYAROUND_PORT" in command[2]
    assert "/healthz" in command[2]
    assert json.loads(word_of("ENTRYPOINT")) + json.loads(word_of("CMD")) == ["wayaround", "serve"]


def test_the_image_keeps_nothing_outside_its_volume() -> None:
    volume, said = word_of("VOLUME"), environment_of_image()
    written = [said[name] for name in ("HOME", "NUMBA_CACHE_DIR", "WAYAROUND_CACHE", "WAYAROUND_DATABASE")]
    assert all(path == volume or path.startswith(f"{volume}/") for path in written)
    assert said["PYTHONDONTWRITEBYTECODE"] == "1"


def test_the_image_holds_the_extras_that_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (named,) = re.findall(r"\.whl\)\[([\w,]+)\]", CONTAINERFILE.read_text(encoding="utf-8"))
    assert "service" in named.split(",")
    assert set(named.split(",")) <= set(extras)


def test_the_image_takes_no_token_from_its_environment() -> None:
    assert not {name for name in environment_of_image() if "TOKEN" in name}
    said = environment_of_image()
    flags = {name: said[f"{PREFIX}{name.upper()}"] for name in ("host", "port")}
    with pytest.raises(Exception, match="no token is set"):
        read_settings(**flags)  # so an image without a token ends with a sentence and serves nobody
    assert f"{CONTAINER_SECRETS}/{PREFIX.lower()}token_hashes" in DOCS.read_text(encoding="utf-8")


def test_the_unit_is_closed() -> None:
    said = {name: values[-1] for name, values in unit().items()}
    assert said["DynamicUser"] == "yes"
    assert said["CapabilityBoundingSet"] == said["AmbientCapabilities"] == ""
    for name in (
        "NoNewPrivileges",
        "PrivateTmp",
        "PrivateDevices",
        "ProtectHome",
        "RestrictNamespaces",
        "RestrictSUIDSGID",
    ):
        assert said[name] == "yes", name
    assert said["ProtectSystem"] == "strict"
    assert set(said["RestrictAddressFamilies"].split()) == {"AF_INET", "AF_INET6", "AF_UNIX"}
    assert int(said["TimeoutStopSec"]) > Settings.model_fields["shutdown_s"].default, "requests that run may end"


def test_the_unit_writes_to_its_state_alone() -> None:
    state = f"/var/lib/{unit()['StateDirectory'][0]}"
    said = environment_of_unit()
    written = [said[name] for name in ("HOME", "NUMBA_CACHE_DIR", "WAYAROUND_CACHE", "WAYAROUND_DATABASE")]
    assert all(path == state or path.startswith(f"{state}/") for path in written)


def test_the_unit_hands_over_the_secret_that_the_settings_look_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, default = unit()["SetCredential"][0].partition(":")
    assert unit()["LoadCredential"][0].startswith(f"{name}:/etc/")
    (tmp_path / name).write_text(default, encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_settings().token_hashes == ()
    (tmp_path / name).write_text(f"{'0' * 64}\n", encoding="utf-8")
    assert read_settings(host="0.0.0.0").token_hashes == ("0" * 64,)


def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("SKIPPED: systemd-analyze is not installed (apt-get install systemd)")
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace(unit()["ExecStart"][0], "/bin/true"), encoding="utf-8")
    verified = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
