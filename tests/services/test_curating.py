from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from services.authorising import Role
from services.curating import LONGEST_NAME, MOST_COLLECTIONS, Curating
from services.refusals import NotAllowed, NotFound, Refusal

CURATING = Curating()


async def made(bureau: Any, name: str) -> Any:
    async with bureau.begin() as tx:
        return await CURATING.collection(tx, bureau.actor, name)


async def test_a_name_names_one_collection_however_it_is_spaced(bureau: Any) -> None:
    first, again = await made(bureau, "Autumn ideas"), await made(bureau, "  Autumn \n ideas\x00")
    assert (first.id, first.name) == (again.id, "Autumn ideas")
    assert (await made(bureau, "Winter")).id != first.id


@pytest.mark.parametrize("name", ["", " \n", "\x00", "x" * (LONGEST_NAME + 1)])
async def test_a_name_that_is_none_or_too_long_is_refused(bureau: Any, name: str) -> None:
    with pytest.raises(Refusal):
        await made(bureau, name)


async def test_the_same_thing_is_in_a_collection_once(bureau: Any) -> None:
    ideas, winter, thing = await made(bureau, "Ideas"), await made(bureau, "Winter"), uuid4()
    found = []
    for collection in (ideas, ideas, winter):
        async with bureau.begin() as tx:
            _, is_new = await CURATING.save(
                tx, bureau.actor, collection_id=collection.id, item_kind="post", item_id=thing
            )
            found.append(is_new)
    async with bureau.begin() as tx:
        assert [(one.name, size) for one, size in await tx.collections.list()] == [
            ("Ideas", 1),
            ("Winter", 1),
        ]
    assert found == [True, False, True]


async def test_a_full_collection_takes_nothing_more(bureau: Any) -> None:
    ideas = await made(bureau, "Ideas")
    async with bureau.begin() as tx:
        (await tx.collections.get(ideas.id)).max_items = 1
        await CURATING.save(tx, bureau.actor, collection_id=ideas.id, item_kind="post", item_id=uuid4())
    with pytest.raises(Refusal, match="full"):
        async with bureau.begin() as tx:
            await CURATING.save(tx, bureau.actor, collection_id=ideas.id, item_kind="post", item_id=uuid4())


async def test_there_is_an_end_to_collections_but_not_to_using_them(bureau: Any) -> None:
    async with bureau.begin() as tx:
        for number in range(MOST_COLLECTIONS):
            await CURATING.collection(tx, bureau.actor, f"Collection {number}")
    with pytest.raises(Refusal, match=str(MOST_COLLECTIONS)):
        await made(bureau, "One more")
    assert (await made(bureau, "Collection 7")).name == "Collection 7"


async def test_a_viewer_and_another_workspace_put_nothing_into_it(bureau: Any) -> None:
    ideas = await made(bureau, "Ideas")
    with pytest.raises(NotAllowed):
        async with bureau.begin() as tx:
            await CURATING.collection(tx, bureau.acting(Role.VIEWER), "Mine")
    with pytest.raises(NotFound):
        async with bureau.begin(bureau.stranger) as tx:
            await CURATING.save(
                tx, bureau.stranger, collection_id=ideas.id, item_kind="post", item_id=uuid4()
            )
    async with bureau.begin(bureau.stranger) as tx:
        assert (await CURATING.collection(tx, bureau.stranger, "Ideas")).id != ideas.id
