"""What did the caller put into a Bot API request? Query, form, JSON or multipart, and uploads."""

import json
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from sandbox.refusals import Refused, bad_request
from sandbox.shapes import Doc

BIGGEST_BODY = 60 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    mime: str
    content: bytes


async def read(request: Request) -> tuple[Doc, dict[str, Upload]]:
    """The raw parameters (text or JSON values) and the files of a request."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > BIGGEST_BODY:
        raise Refused(413, "Request Entity Too Large")
    raw: Doc = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return raw | _json(await request.body()), {}
    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        return await _form(request, raw)
    return raw, {}


def _json(body: bytes) -> Doc:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(found, dict):
        raise bad_request("object expected as JSON")
    return found


async def _form(request: Request, raw: Doc) -> tuple[Doc, dict[str, Upload]]:
    fields, uploads = await parts_of(request)
    return {**raw, **fields}, dict(uploads)


async def parts_of(request: Request) -> tuple[Doc, list[tuple[str, Upload]]]:
    """The text fields and the files of a form, files by field name in their order."""
    fields: Doc = {}
    uploads: list[tuple[str, Upload]] = []
    try:
        async with request.form(max_part_size=BIGGEST_BODY) as form:
            for key, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime = value.content_type or "application/octet-stream"
                    uploads.append((key, Upload(value.filename or key, mime, await value.read())))
                else:
                    fields[key] = value
    except HTTPException as error:
        raise bad_request("can't parse the form") from error
    return fields, uploads
