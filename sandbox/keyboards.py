"""Is this reply markup one that Telegram would take? Bot API: InlineKeyboardMarkup and its relatives."""

from urllib.parse import urlsplit

from sandbox.refusals import bad_request
from sandbox.shapes import Doc

ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled",
)  # fmt: skip
STYLES = {"primary", "success", "danger"}
SCHEMES = {"http", "https", "tg", "ton"}
MOST_BUTTONS, MOST_IN_A_ROW, MOST_DATA = 100, 8, 64


def check(markup: Doc | None) -> Doc | None:
    """The markup, refused with Telegram's words when a button is wrong; an empty inline keyboard is None."""
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        return _checked_inline([row for row in markup["inline_keyboard"] if row])
    if "keyboard" in markup:
        if not any(markup["keyboard"]):
            raise bad_request("object expected as reply markup")
        for button in (button for row in markup["keyboard"] for button in row):
            _check_text_and_style(button)
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(placeholder) <= MOST_DATA:
        raise bad_request("input field placeholder must be 1-64 characters long")
    return markup


def _checked_inline(rows: list[list[Doc]]) -> Doc | None:
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    if any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("BUTTON_ROW_INVALID")
    for row in rows:
        for button in row:
            _check_inline(button)
    return {"inline_keyboard": rows} if rows else None


def _check_inline(button: Doc) -> None:
    _check_text_and_style(button)
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"inline keyboard button has more than one action: {', '.join(actions)}")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= MOST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])


def _check_text_and_style(button: Doc) -> None:
    if not button["text"].strip():
        raise bad_request("button text must be non-empty")
    if "style" in button and button["style"] not in STYLES:
        raise bad_request("invalid button style specified")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, scheme = parts.hostname or "", parts.scheme
    except ValueError as error:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL") from error
    if scheme not in SCHEMES:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    is_web = scheme in {"http", "https"}
    if not host or any(c.isspace() for c in url) or (is_web and "." not in host and ":" not in host):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
