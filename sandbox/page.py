"""How do people look into the sandbox? The page that shows its chats, and the files the page is made of.

The page is one HTML document, some style sheets and modules of script without a build step. It holds no
data of its own: everything it shows comes over the people's interface of the same sandbox.
"""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

HERE: Final = Path(__file__).parent
STYLES: Final = ("colours", "frame", "list", "messages", "media", "composer", "boxes")
# Texts of bots and people are hostile until shown otherwise: no inline script or style can run, nothing
# is loaded from elsewhere, and no other site can frame the page.
RULES: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)
GUARDS: Final = {
    "Content-Security-Policy": "; ".join(RULES),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # A new version of the program must not meet scripts of the old one; an ETag makes asking cheap.
    "Cache-Control": "no-cache",
}


class GuardedFiles:
    """The static files as an ASGI app that adds the page's guards to each answer."""

    def __init__(self, directory: Path) -> None:
        self._files = StaticFiles(directory=directory)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request under the mount point."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(name.lower().encode(), value.encode()) for name, value in GUARDS.items()]
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        await self._files(scope, receive, guarded)


def rendered(template: Template, modules: list[str], prefix: str) -> str:
    """The page's HTML; `prefix` is where the sandbox is mounted, such as `/sandbox`, or empty.

    The names of the script's modules are told beforehand, so that they come at once and not import after import.
    """
    static = escape(f"{prefix.rstrip('/')}/static")
    links = [f'<link rel="stylesheet" href="{static}/css/{name}.css">' for name in STYLES]
    links += [f'<link rel="modulepreload" href="{static}/js/{name}.js">' for name in modules]
    return template.substitute(static=static, links="\n".join(links))


def routes(_sandbox: object) -> list[BaseRoute]:
    """The page's routes, to be put among the sandbox's own; it asks the sandbox for nothing but over HTTP.

    GET / is the page, the same for everybody: who one is stands behind the # of the address.
    """
    template = Template((HERE / "templates" / "page.html").read_text(encoding="utf-8"))
    modules = sorted(path.stem for path in (HERE / "static" / "js").glob("*.js"))

    async def show(request: Request) -> Response:
        return HTMLResponse(rendered(template, modules, request.scope.get("root_path", "")), headers=GUARDS)

    return [
        Route("/", show, methods=["GET"], name="page"),
        Mount("/static", GuardedFiles(HERE / "static"), name="static"),
    ]
