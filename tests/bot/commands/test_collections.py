"""Is what is saved found again, and saved once?"""

from __future__ import annotations

import pytest

from services.authorising import Role
from services.refusals import Refusal
from tests.bot.house import House


async def test_a_post_is_saved_into_a_collection_made_on_the_way(house: House) -> None:
    await house.draft("Keep this")
    card = house.last
    await house.press("Save…")
    await house.press("New collection")
    await house.say("Autumn *ideas*")
    assert house.screens[card.message_id].labels == card.labels
    await house.say("/collections")
    await house.press("Autumn *ideas* · 1")
    assert "Autumn *ideas* · 1 item" in house.last.text
    await house.press("Keep this")
    assert "Schedule" in house.last.labels


async def test_saving_twice_keeps_it_once_and_says_so(house: House) -> None:
    await house.draft("Keep this")
    await house.press("Save…")
    await house.press("New collection")
    await house.say("Ideas")
    card = next(one for one in house.screens.values() if "Save…" in one.labels)
    await house.press("Save…", on=card)
    await house.press("Ideas · 1")
    assert house.toasts[-1] == "It is in Ideas already."
    await house.say("/collections")
    assert "Ideas · 1" in house.last.labels


async def test_an_empty_collection_says_how_to_fill_it(house: House) -> None:
    await house.say("/collections")
    await house.press("New collection")
    await house.say("Empty")
    await house.press("Open it")
    assert "Tap Save on the card" in house.last.text


async def test_items_and_collections_are_paged(house: House) -> None:
    await house.say("/collections")
    await house.press("New collection")
    await house.say("Many")
    async with house.storage.begin(house.owner.workspace_id) as tx:
        collection = await house.desk.curating.collection(tx, house.owner, "Many")
        for number in range(6):
            post = await house.desk.drafting.draft(tx, house.owner, text=f"Post {number}")
            await house.desk.curating.save(
                tx, house.owner, collection_id=collection.id, item_kind="post", item_id=post.id
            )
            await house.desk.curating.collection(tx, house.owner, f"Other {number}")
    await house.press("Open it")
    await house.press("Older ›")
    assert house.last.labels == ["Post 0", "‹ Newer", "All collections"]
    await house.press("All collections")
    await house.press("More ›")
    assert "Page 2 of 2" in house.last.text


async def test_a_name_that_is_too_long_is_refused_and_asked_again(house: House) -> None:
    await house.say("/collections")
    await house.press("New collection")
    with pytest.raises(Refusal, match="at most 64"):
        await house.say("n" * 65)
    await house.say("Short")
    assert "The collection Short is there" in house.last.text


async def test_a_viewer_may_open_but_not_make_collections(house: House) -> None:
    viewer = await house.member(8, "Vera", Role.VIEWER)
    await house.say("/collections", by=viewer)
    assert house.last.labels == []
