"""Settings: flags, environment, defaults; and that they are documented."""

import hashlib
import re
from pathlib import Path

import pytest

from wayaround.errors import SettingInvalid
from wayaround.service.settings import PREFIX, Settings, read_settings

DOCS = Path(__file__).parents[2] / "docs" / "service.md"
HASH = hashlib.sha256(b"token").hexdigest()


def test_the_environment_says_what_flags_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYAROUND_PORT", "9001")
    monkeypatch.setenv("WAYAROUND_TOKEN_HASHES", f"{HASH.upper()}, {'0' * 64}")
    settings = read_settings(port=None, threads=2)
    assert (settings.port, settings.threads) == (9001, 2)
    assert settings.token_hashes == (HASH, "0" * 64)
    assert read_settings(port=9002).port == 9002


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_it_does_not_listen_beyond_loopback_without_a_token(host: str) -> None:
    with pytest.raises(SettingInvalid, match="no token is set"):
        read_settings(host=host)
    assert read_settings(host=host, token_hashes=HASH).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_loopback_needs_no_token(host: str) -> None:
    assert read_settings(host=host).token_hashes == ()


@pytest.mark.parametrize(
    ("name", "value"), [("port", 70_000), ("threads", 0), ("token_hashes", "token"), ("max_body_bytes", 0)]
)
def test_a_value_out_of_range_is_named(name: str, value: object) -> None:
    with pytest.raises(SettingInvalid, match=f"{PREFIX}{name.upper()}"):
        read_settings(**{name: value})


def test_the_documentation_lists_every_setting() -> None:
    listed = dict(re.findall(r"^\| `(WAYAROUND_\w+)` \| ([^|]*) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    fields = Settings.model_fields
    assert listed == {
        f"{PREFIX}{name.upper()}": "none" if field.default in ((), "") else f"`{field.default}`"
        for name, field in fields.items()
    }
    for field in fields.values():
        assert field.description
        assert field.description in DOCS.read_text(encoding="utf-8")
