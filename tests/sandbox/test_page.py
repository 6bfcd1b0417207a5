"""Is the page served whole, safe and from wherever the sandbox is mounted?"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.page import HERE, STYLES, routes

LINK = re.compile(r'(?:href|src)="([^"#]+)"')
STATIC = HERE / "static"
SCRIPTS = sorted((STATIC / "js").glob("*.js"))


@pytest.fixture(params=["", "/sandbox"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def browser(prefix: str) -> AsyncIterator[httpx.AsyncClient]:
    inner = Starlette(routes=routes(None))
    app = Starlette(routes=[Mount(prefix, app=inner)]) if prefix else inner
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox") as client:
        yield client


async def test_everything_the_page_names_is_served_under_any_prefix(
    browser: httpx.AsyncClient, prefix: str
) -> None:
    page = await browser.get(f"{prefix}/")
    links = LINK.findall(page.text)
    assert page.status_code == 200
    assert len(links) == len(STYLES) + len(SCRIPTS) + 2
    for link in links:
        assert link.startswith(f"{prefix}/static/")
        assert (await browser.get(link)).status_code == 200


async def test_every_answer_forbids_script_that_is_not_ours(browser: httpx.AsyncClient, prefix: str) -> None:
    for path in ("/", "/static/js/main.js", "/static/css/frame.css"):
        headers = (await browser.get(prefix + path)).headers
        rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["style-src"] == rules["frame-ancestors"] == "'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-cache"


async def test_files_beside_the_static_ones_stay_hidden(browser: httpx.AsyncClient, prefix: str) -> None:
    for path in ("../page.py", "%2e%2e/page.py", "..%2fpage.py"):
        assert (await browser.get(f"{prefix}/static/{path}")).status_code == 404


async def test_the_page_itself_holds_no_inline_script_or_style(
    browser: httpx.AsyncClient, prefix: str
) -> None:
    text = (await browser.get(f"{prefix}/")).text
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_module_of_script_never_parses_html_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("// ")
    assert len(text.splitlines()) < 400
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser"
    )
    assert not re.search(forbidden, text)


def test_no_style_is_forgotten() -> None:
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(STYLES)


@pytest.mark.parametrize("name", STYLES)
def test_styles_load_nothing_from_elsewhere(name: str) -> None:
    text = (STATIC / "css" / f"{name}.css").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    assert "url(" not in text
    assert "@import" not in text
