"""Is what the shelves find what looking through everything finds?"""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sandbox.network_state import Network, digest

MOMENTS = st.integers(0, 20)
TEXTS = st.sampled_from(["a", "b", "\ud83d", "ä"])


def row(number: int, moment: int, text: str) -> dict[str, str]:
    at = datetime.fromtimestamp(moment, UTC).isoformat()
    return {"id": str(number), "account": "us", "at": at, "key": "", "text": text}


@given(st.lists(st.tuples(MOMENTS, TEXTS)), MOMENTS, MOMENTS, st.none() | TEXTS, st.integers(1, 4))
def test_a_shelf_finds_what_a_scan_finds_even_if_the_clock_was_set_back(
    posts: list[tuple[int, str]], since: int, until: int, text: str | None, most: int
) -> None:
    network = Network()
    for number, (moment, words) in enumerate(posts):
        network.put("posts", row(number, moment, words))
    wanted = sorted(
        (moment, number)
        for number, (moment, words) in enumerate(posts)
        if since <= moment <= until and text in {None, words}
    )[:most]
    shelf = network.of_account("us")
    found = shelf.between(since, until, None if text is None else digest(text), most)
    assert [(entry.moment, int(entry.id)) for entry in found] == wanted


def test_no_number_is_used_twice() -> None:
    network = Network()
    seen = set()
    for kind in ("posts", "comments", "posts"):
        number = int(network.next_id())
        seen.add(number)
        network.put(kind, {**row(number, 1, "x"), "under": "1"})
    assert len(seen) == 3
