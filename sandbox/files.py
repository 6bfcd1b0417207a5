"""Where are the bytes of photos and documents, and how does a message show them? Bot API: PhotoSize, Video, ..."""

import mimetypes
import secrets
from pathlib import Path

from sandbox import images
from sandbox.bot_request import Upload
from sandbox.deed import Deed
from sandbox.refusals import Refused, bad_request
from sandbox.shapes import Doc
from sandbox.world import World

MEGABYTE = 1024 * 1024
MOST_PHOTO, MOST_UPLOAD, MOST_DOWNLOAD = 10 * MEGABYTE, 50 * MEGABYTE, 20 * MEGABYTE
MOST_SIDES, MOST_RATIO = 10_000, 20
PREFIX = {
    "photo": "AgAC",
    "video": "BAAC",
    "document": "BQAC",
    "audio": "CQAC",
    "voice": "AwAC",
    "animation": "CgAC",
}
SIDES = {"video", "animation"}
PLAYED = {"video", "animation", "audio", "voice"}


class Files:
    """The bytes, by random name: in a folder, or in memory when there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}

    def keep(self, name: str, content: bytes) -> None:
        """Put bytes away under a name that nobody has used."""
        if self._folder is None:
            self._memory[name] = content
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)

    def read(self, name: str) -> bytes | None:
        """The bytes, or None when they are gone."""
        if self._folder is None:
            return self._memory.get(name)
        path = self._folder / name
        return path.read_bytes() if path.exists() else None


def store(deed: Deed, files: Files, kind: str, upload: Upload, facts: Doc) -> Doc:
    """Keep an upload as a photo, video, ...: returns its row. `facts` may hold width, height, duration, title."""
    size = len(upload.content)
    if not size:
        raise bad_request("file must be non-empty")
    if size > MOST_UPLOAD:
        raise Refused(413, "Request Entity Too Large")
    number = len(deed.world.tables["files"]) + 1
    file_id = PREFIX[kind] + secrets.token_urlsafe(24)
    folder = {"audio": "music"}.get(kind, f"{kind}s")
    suffix = Path(upload.name).suffix or mimetypes.guess_extension(upload.mime) or ".bin"
    row: Doc = {
        "file_id": file_id,
        "file_unique_id": secrets.token_urlsafe(8),
        "kind": kind,
        "file_size": size,
    }
    row["file_path"] = f"{folder}/file_{number}{suffix}"
    if kind == "photo":
        row |= _photo(upload.content)
    else:
        mime = upload.mime if upload.mime != "application/octet-stream" else None
        row["mime_type"] = mime or mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
        if kind != "voice":
            row["file_name"] = upload.name
        row |= {key: facts.get(key) or 0 for key in ("width", "height") if kind in SIDES}
        row |= {"duration": facts.get("duration") or 0} if kind in PLAYED else {}
        row |= {key: facts[key] for key in ("performer", "title") if kind == "audio" and facts.get(key)}
    files.keep(file_id, upload.content)
    deed.put("files", file_id, row)
    return row


def _photo(content: bytes) -> Doc:
    if len(content) > MOST_PHOTO:
        limit = f"the maximum size is {MOST_PHOTO} bytes"
        raise bad_request(f"file of size {len(content)} bytes is too big for a photo; {limit}")
    sides = images.size(content)
    if sides is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = sides
    if width + height > MOST_SIDES or max(sides) > MOST_RATIO * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return {"width": width, "height": height, "mime_type": images.mime(content)}


def known(world: World, kind: str, file_id: str) -> Doc:
    """The row of a file that a bot names by its id; refuses other kinds and unknown ids."""
    row = world.row("files", file_id)
    if row is None:
        if "://" in file_id:
            raise bad_request("failed to get HTTP URL content")  # the sandbox fetches nothing from outside
        raise bad_request("wrong file identifier/HTTP URL specified")
    if row["kind"] != kind:
        raise bad_request(f"can't use file of type {row['kind'].capitalize()} as {kind.capitalize()}")
    return row


def content(row: Doc) -> Doc:
    """The Message fields that show a file."""
    kind = row["kind"]
    hidden = {"kind", "file_path"} | ({"mime_type"} if kind == "photo" else set())
    shown = {key: value for key, value in row.items() if key not in hidden}
    if kind == "photo":
        return {"photo": [shown]}
    if kind == "animation":
        document = {k: v for k, v in shown.items() if k not in {"width", "height", "duration"}}
        return {"animation": shown, "document": document}
    return {kind: shown}
