"""Is the subject one that cheerful phrases would offend?"""

from __future__ import annotations

import re

_GRAVE = re.compile(
    r"\b(?:clos(?:ing|ed|es|ure)|cancel|postpon|sorry|apolog|regret|death|died|passed away|funeral|accident|recall|layoff|"
    r"outage|закры|отмен|перен[её]с|извин|сожал|скорб|умер|смерт|авари|cierr|cerrad|cancela|aplaza|lament|disculp|fallec|"
    r"accidente)|关闭|关门|歇业|取消|推迟|抱歉|道歉|遗憾|去世|事故|召回",
    re.IGNORECASE,
)


def is_grave(text: str) -> bool:
    """Whether `text` speaks of an end, a loss or an apology; then a post says it plainly."""
    return bool(_GRAVE.search(text))
