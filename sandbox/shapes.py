"""What do the documents look like that pass through the sandbox?"""

from typing import Any, TypeAlias

Doc: TypeAlias = dict[str, Any]
"""A JSON object: a Bot API object, a row of the world, or a line of the journal."""

Json: TypeAlias = Any
"""Any JSON value."""
