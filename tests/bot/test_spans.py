from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.spans import CODE, LINK, QUOTES, STYLES, Span, clip, tidy

SPANS = st.lists(
    st.builds(
        Span,
        st.sampled_from([*STYLES, *QUOTES, *CODE, LINK]),
        st.integers(0, 30),
        st.integers(0, 30),
        url=st.sampled_from(["http://a", "http://b"]),
    ),
    max_size=12,
)


def covered(spans: list[Span], *kinds: str) -> set[int]:
    return {at for span in spans if span.kind in kinds for at in range(span.start, span.end)}


@settings(deadline=None)
@given(SPANS)
def test_tidy_spans_nest_and_come_in_order(spans: list[Span]) -> None:
    tidied = tidy(spans)
    assert all(span.start < span.end for span in tidied)
    assert tidied == sorted(tidied, key=lambda span: (span.start, -span.end))
    for outer, inner in itertools.combinations(tidied, 2):
        assert inner.start >= outer.end or inner.end <= outer.end


@settings(deadline=None)
@given(SPANS)
def test_nothing_formats_code_and_no_quotation_holds_another(spans: list[Span]) -> None:
    tidied = tidy(spans)
    assert not covered(tidied, *CODE) & covered(tidied, *STYLES, LINK)
    for kinds in (QUOTES, CODE, (LINK,), *((style,) for style in STYLES)):
        alike = [span for span in tidied if span.kind in kinds]
        assert all(first.end <= second.start for first, second in itertools.pairwise(alike))


@settings(deadline=None)
@given(SPANS)
def test_tidying_keeps_what_the_spans_mean(spans: list[Span]) -> None:
    tidied = tidy(spans)
    for style in STYLES:
        assert covered(tidied, style) == covered(spans, style) - covered(tidied, *CODE)
    assert covered(tidied, *QUOTES) == covered(spans, *QUOTES)


@settings(deadline=None)
@given(SPANS, st.integers(0, 30), st.integers(0, 30))
def test_a_clipped_text_keeps_what_lies_over_it(spans: list[Span], start: int, end: int) -> None:
    for kind in (*STYLES, LINK):
        expected = {at - start for at in covered(spans, kind) if start <= at < end}
        assert covered(clip(spans, start, end), kind) == expected


def test_a_picture_in_a_link_leads_where_the_link_leads() -> None:
    inner, outer = Span(LINK, 0, 3, "http://picture"), Span(LINK, 0, 3, "http://page")
    assert tidy([inner, outer]) == [outer]


def test_two_quotations_that_touch_stay_two() -> None:
    quotes = [Span("blockquote", 0, 3), Span("blockquote", 3, 5)]
    assert tidy(quotes) == quotes
