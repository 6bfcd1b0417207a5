from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contract import Attachment, Draft, Problem
from services.freezing import frozen, thawed
from services.parting import Size, in_parts, parts_of, problems_of, sizes_of
from tests.services.conftest import Short

if TYPE_CHECKING:
    from collections.abc import Sequence


class Threads(Short):
    """The short network with threads of three, and comments."""

    title: ClassVar[str] = "Threads"
    longest_thread: ClassVar[int] = 3
    has_comments: ClassVar[bool] = True

    def problems(self, draft: Draft) -> Sequence[Problem]:
        found = list(super().problems(draft))
        return found if draft.text or draft.attachments else [*found, Problem("Nothing in it.", "Write.")]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One", ("One",)),
        ("One\n---\nTwo", ("One", "Two")),
        ("One\n\n-----  \n\nTwo\nlines\n  ---\nThree", ("One", "Two\nlines", "Three")),
        ("---\nOne\n---\n\n---\nTwo\n---", ("One", "Two")),
        ("---", ("",)),
        ("One\n—-\nTwo\n–\n——\n—", ("One", "Two\n–", "—")),
        ("One --- two\n-- \n- - -\n---x\n    ---", ("One --- two\n-- \n- - -\n---x\n    ---",)),
        ("  One  \n", ("  One  \n",)),
    ],
)
def test_a_line_of_hyphens_and_nothing_else_divides(text: str, parts: tuple[str, ...]) -> None:
    assert parts_of(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("```yaml\n---\na: 1\n```\n---\nTwo", ("```yaml\n---\na: 1\n```", "Two")),
        ("~~~~\n---\n~~~\n---\n~~~~~\n---\nTwo", ("~~~~\n---\n~~~\n---\n~~~~~", "Two")),
        ("```\n~~~\n---\n``` x\n---\n```\n---\nTwo", ("```\n~~~\n---\n``` x\n---\n```", "Two")),
        ("```\nnever closed\n---\nstill", ("```\nnever closed\n---\nstill",)),
        ("```a`b\n---\nTwo", ("```a`b", "Two")),
    ],
)
def test_what_stands_in_a_block_of_code_divides_nothing(text: str, parts: tuple[str, ...]) -> None:
    """Mutation: without the fences a quoted file header would be cut in two."""
    assert parts_of(text) == parts


@given(st.lists(st.text(alphabet="ab \n", min_size=1).filter(str.strip), min_size=1, max_size=6))
def test_parts_that_are_put_together_come_apart_as_they_were(parts: list[str]) -> None:
    trimmed = tuple(one.strip("\n") for one in parts) if len(parts) > 1 else tuple(parts)
    assert parts_of("\n---\n".join(parts)) == trimmed


def whole(text: str, *files: Attachment, comment: str | None = None) -> Draft:
    return in_parts(Draft("us", text, files), comment=comment)


def test_a_draft_has_its_parts_and_its_comment() -> None:
    draft = whole("One\n---\nTwo", comment="Link")
    assert (draft.text, draft.thread, draft.comment, draft.parts) == ("One", ("Two",), "Link", 3)
    assert whole("One", comment="") == Draft("us", "One")


def test_every_part_is_measured_against_its_own_limit() -> None:
    photo = Attachment("photo", remote="1")
    assert sizes_of(Threads(), whole("Four\n---\nSeven77", photo)) == (Size(4, 10), Size(7, 20))


def said(platform: Any, draft: Draft) -> list[str]:
    return [one.message for one in problems_of(platform, draft)]


def test_what_a_platform_cannot_do_is_said_and_not_dropped() -> None:
    (problem,) = problems_of(Short(), whole("One\n---\nTwo"))
    assert problem.message == "Short has no threads, and the text has 2 parts."
    assert problem.next_step == "Take the lines of --- out, or choose another account."
    assert said(Short(), whole("One", comment="Link")) == ["Short takes no first comment."]
    long = "\n---\n".join("abcd")
    assert said(Threads(), whole(long)) == ["The thread has 4 parts; Threads takes 3."]
    assert said(Threads(), whole("a\n---\nb\n---\nc", comment="Link")) == []


def test_a_problem_names_the_part_that_it_is_about() -> None:
    """Mutation: with only the first part looked at, the network would refuse half of a thread that is out."""
    long = "x" * 21
    assert said(Threads(), whole(long)) == ["Too long."]
    assert said(Threads(), whole(f"One\n---\n{long}\n---\n{long}", comment=long)) == [
        "Part 2: Too long.",
        "Part 3: Too long.",
        "First comment: Too long.",
    ]
    assert said(Threads(), whole("One", comment=long)) == ["First comment: Too long."]
    assert said(Threads(), whole("---")) == ["Nothing in it."]


def test_a_flood_of_parts_is_one_problem_and_not_a_flood_of_work() -> None:
    assert len(said(Threads(), whole("\n---\n".join(["x" * 21] * 10_000)))) == 4


def test_what_was_frozen_thaws_with_its_parts() -> None:
    """Mutation: a repetition by key would send another text than the one that it repeats."""
    photo = Attachment(
        "photo", key="k", sha256="aa", file_name="lane.png", mime_type="image/png", alt_text="A"
    )
    draft = replace(whole("One\n---\nTwo", photo, comment="Link"), facts={"handle": "us"})
    assert thawed(frozen(draft)) == draft
    reply = draft.part(1, done=["17"])
    assert (reply.role, reply.answers, reply.root) == ("reply", "17", "17")
    assert thawed(frozen(reply)) == reply


def test_a_row_from_before_there_were_threads_is_one_part() -> None:
    old = {"account": "us", "text": "One", "attachments": [], "facts": {}}
    assert thawed(old) == Draft("us", "One")
