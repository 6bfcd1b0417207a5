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
            }
            for one in draft.attachments
        ],
        "facts": dict(draft.facts),
    }


def thawed(payload: Mapping[str, Any]) -> Draft:
    """The draft that was frozen at the claim."""
    return Draft(
        account=str(payload.get("account", "")),
        text=str(payload.get("text", "")),
        attachments=tuple(
            Attachment(
                kind=one["kind"],
                key=one.get("key"),
                sha256=one.get("sha256"),
                alt_text=one.get("alt"),
                remote=one.get("remote"),
            )
            for one in payload.get("attachments", ())
        ),
        facts=payload.get("facts", {}),
    )
