"""Can a team and a member say what shall become of late posts, with the right and on the card that they see?"""

from __future__ import annotations

from services.authorising import Role
from services.lateness import Mode, Policy, policy_for
from storage.publications import Publication
from tests.bot.house import House


async def waiting(house: House) -> Publication:
    """A post that waits, with its item of the queue on the screen."""
    await house.connect()
    post = await house.draft()
    await house.press("Schedule")
    await house.press("Tomorrow 09:00")
    await house.press("Schedule")
    await house.say("/queue")
    await house.press("1 · 09:00")
    return (await house.publications(post.id))[0]


async def test_the_teams_rule_is_set_by_two_taps(house: House) -> None:
    await house.say("/settings")
    assert "Late posts: send up to 15 minutes late, then ask" in house.last.text
    await house.press("Late posts")
    await house.press("An hour")
    assert "What is more than an hour late" in house.last.text
    await house.press("Let it go")
    assert "Late posts: send up to an hour late, then let it go" in house.last.text
    async with house.storage.read(house.owner.workspace_id) as tx:
        workspace = await tx.workspaces.get(house.owner.workspace_id)
    assert policy_for(workspace) == Policy(60, Mode.DROP)


async def test_the_teams_rule_is_for_who_may_configure(house: House) -> None:
    await house.say("/settings")
    shown = house.last
    editor = await house.member(8, "Emil", Role.EDITOR)
    assert "cannot configure here" in await house.refused("Late posts", on=shown, by=editor)
    await house.say("/settings", by=editor)
    assert "Late posts" not in house.last.labels
    assert "Late posts: send up to 15 minutes late, then ask" in house.last.text


async def test_a_post_gets_a_rule_of_its_own_and_loses_it_again(house: House) -> None:
    one = await waiting(house)
    item = house.last.message_id
    await house.press("If late…")
    assert "This post: as the team has it." in house.last.text
    await house.press("Up to an hour, then let it go")
    (found,) = await house.publications(one.post_id)
    assert (found.late_minutes, found.late_mode, found.version) == (60, "drop", one.version + 1)
    await house.press("If late…", on=house.screens[item])
    assert "This post: send up to an hour late, then let it go." in house.last.text
    await house.press("As the team has it")
    (found,) = await house.publications(one.post_id)
    assert (found.late_minutes, found.late_mode, found.version) == (None, None, one.version + 2)


async def test_a_card_of_an_older_version_sets_no_rule(house: House) -> None:
    one = await waiting(house)
    await house.press("If late…")
    old = house.last
    await house.press("Never late: let it go")
    assert "moved or changed since" in await house.refused("Never late: always ask", on=old)
    (found,) = await house.publications(one.post_id)
    assert (found.late_minutes, found.late_mode) == (0, "drop")
