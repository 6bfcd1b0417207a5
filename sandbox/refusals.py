"""How does the Bot API say no?"""


class Refused(Exception):
    """An answer with `ok: false`: HTTP status, Telegram's description, and its `parameters`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str, **parameters: int) -> Refused:
    """400 with the prefix that Telegram puts before every reason."""
    return Refused(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> Refused:
    """403: the bot may not do this here."""
    return Refused(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """409: polling collides with a webhook or another poller."""
    return Refused(409, f"Conflict: {reason}")


def not_found(reason: str) -> Refused:
    """404: no such method, or no such token at all."""
    return Refused(404, f"Not Found: {reason}" if reason else "Not Found")


def too_many(seconds: int) -> Refused:
    """429 with the number of seconds to keep quiet."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
