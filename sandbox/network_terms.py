"""On which terms does the practice network serve? How late it shows, how long it remembers, how much it takes."""

from dataclasses import dataclass, field, fields
from math import ceil

from sandbox.refusals import bad_request
from sandbox.shapes import Doc


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an account stands in its window: how many it may still send, and when (Unix seconds) the window ends."""

    limit: int
    remaining: int
    ends: float
    is_over: bool

    def headers(self) -> list[tuple[str, str]]:
        """The headers that tell it. `X-RateLimit-Reset` is rounded up, so that nobody comes a moment too early."""
        return [
            ("x-ratelimit-limit", str(self.limit)),
            ("x-ratelimit-remaining", str(self.remaining)),
            ("x-ratelimit-reset", str(ceil(self.ends))),
        ]


@dataclass
class Terms:
    """What the admin door sets. Seconds everywhere; `window_posts` 0 means that there is no limit.

    `lag_seconds` delays what lists show, `key_seconds` is how long accounts called brief… know a key,
    `pending_seconds` how long slow media take, and each account may send `window_posts` in `window_seconds`.
    """

    lag_seconds: float = 0.0
    key_seconds: float = 3600.0
    pending_seconds: float = 2.0
    window_posts: float = 0.0
    window_seconds: float = 60.0
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict, repr=False)

    def change(self, given: Doc) -> None:
        """Set some of the terms, all or none; every window begins anew. Refuses names and figures that make no sense."""
        if strangers := set(given) - self._names():
            raise bad_request(f"the network has no setting {min(strangers)}")
        wanted = {name: float(value) for name, value in given.items()}
        if not all(0 <= value < 1e9 for value in wanted.values()):
            raise bad_request("a setting of the network is a figure from 0")
        for name, value in wanted.items():
            setattr(self, name, value)
        self._windows.clear()

    def report(self) -> Doc:
        """All terms by name."""
        return {name: getattr(self, name) for name in sorted(self._names())}

    def _names(self) -> set[str]:
        return {one.name for one in fields(self) if not one.name.startswith("_")}

    def admit(self, account: str, now: float) -> Standing | None:
        """Counts a post of the account at a moment (Unix seconds); None when nothing is limited.

        A window begins with the first post after the one before it ended; what is refused is not counted.
        """
        most = int(self.window_posts)
        if not most:
            return None
        began, count = self._windows.get(account, (now, 0))
        if not began <= now < began + self.window_seconds:
            began, count = now, 0
        is_over = count >= most
        count += not is_over
        self._windows[account] = (began, count)
        return Standing(most, most - count, began + self.window_seconds, is_over)
