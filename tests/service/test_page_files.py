"""The page's own files."""

import re

import pytest
from starlette.testclient import TestClient

from wayaround.service.page_files import PAGE_POLICY


def test_the_root_answers_with_or_without_a_page(client: TestClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_no_other_file_is_given(client: TestClient) -> None:
    for path in ("/assets/..%2fapp.py", "/assets/app.py", "/assets/none.js"):
        answer = client.get(path)
        assert answer.status_code in (400, 404)
        assert set(answer.json()) >= {"code", "message"}


def test_the_page_holds_no_script_and_no_foreign_address(client: TestClient) -> None:
    answer = client.get("/")
    if "/assets/" not in answer.text.replace('"./assets/', '"/assets/'):
        pytest.skip("the page is not built: make page, where Node 20 is installed")
    assert answer.headers["content-security-policy"] == PAGE_POLICY
    assert "unsafe" not in PAGE_POLICY
    assert re.findall(r"<script(?![^>]*\bsrc=)", answer.text) == []
    assert re.findall(r"https?://", answer.text) == []
    for name in re.findall(r'(?:src|href)="\./assets/([^"]+)"', answer.text):
        asset = client.get(f"/assets/{name}")
        assert asset.status_code == 200
        assert "immutable" in asset.headers["cache-control"]
