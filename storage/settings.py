"""What was set, for whom? Small values by scope: the workspace, a chat, a member, or the installation itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema import Base, JsonMap, Scoped
from storage.session import ShieldedSession


class Setting(Scoped, Base, kw_only=True):
    """One value; `scope` is `workspace`, `chat:<id>` or `user:<id>`."""

    __tablename__ = "settings"

    scope: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[JsonMap] = mapped_column(default_factory=dict)
    updated_at: Mapped[datetime]


class Settings:
    """Queries on the settings of one workspace."""

    def __init__(self, session: ShieldedSession) -> None:
        self._session = session

    async def find(self, *, scope: str, name: str, is_locked: bool = False) -> JsonMap | None:
        """The value of a setting, or None if it was never set; locked until this unit of work ends, if asked for."""
        wanted = select(Setting).where(Setting.scope == scope, Setting.name == name)
        found: Setting | None = await self._session.scalar(wanted.with_for_update() if is_locked else wanted)
        return None if found is None else found.value

    async def put(self, setting: Setting) -> None:
        """Writes a value, new or over the old one."""
        await self._session.execute(
            delete(Setting).where(
                Setting.workspace_id == setting.workspace_id,
                Setting.scope == setting.scope,
                Setting.name == setting.name,
            )
        )
        self._session.add(setting)

    async def drop(self, *, scope: str, name: str) -> None:
        """Removes a value; nothing happens if it was not there."""
        await self._session.execute(delete(Setting).where(Setting.scope == scope, Setting.name == name))
