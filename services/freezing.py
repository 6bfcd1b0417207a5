"""What exactly was sent? The draft as it was at the claim, written down for the record and for look-ups after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.contract import Attachment, Draft


def frozen(draft: Draft) -> dict[str, Any]:
    """The draft as plain data; `thawed` gives it back."""
    return {
        "account": draft.account,
        "text": draft.text,
        "attachments": [
            {
                "kind": one.kind,
                "key": one.key,
                "sha256": one.sha256,
                "remote": one.remote,
                "alt": one.alt_text,
                "name": one.file_name,
                "mime": one.mime_type,
            }
            for one in draft.attachments
        ],
        "facts": dict(draft.facts),
        "thread": [*draft.thread],
        "comment": draft.comment,
        "role": draft.role,
        "answers": draft.answers,
        "root": draft.root,
    }


def thawed(payload: Mapping[str, Any]) -> Draft:
    """The draft that was frozen at the claim; rows from before there were threads have one part."""
    return Draft(
        account=str(payload.get("account", "")),
        text=str(payload.get("text", "")),
        attachments=tuple(
            Attachment(
                kind=one["kind"],
                key=one.get("key"),
                sha256=one.get("sha256"),
                file_name=one.get("name"),
                mime_type=one.get("mime"),
                alt_text=one.get("alt"),
                remote=one.get("remote"),
            )
            for one in payload.get("attachments", ())
        ),
        facts=payload.get("facts", {}),
        thread=tuple(payload.get("thread", ())),
        comment=payload.get("comment"),
        role=str(payload.get("role", "post")),
        answers=payload.get("answers"),
        root=payload.get("root"),
    )
