"""Is what the drafter writes a post a person would publish, made only of his own facts?"""

from __future__ import annotations

import re

import pytest

from agents.offline.documents import join_hashtags, utf16_units
from agents.offline.facts import NUMBER
from agents.offline.requests import read_request
from agents.offline.writing import compose

ARTICLE = """City library reopens after two years
The city library in Porto reopens on Saturday after two years of renovation. The building from 1923 got a new roof, a lift and 120 \
reading places. Mayor Ana Sousa called it a present to the whole city. Many people had waited for a long time. The renovation cost \
4.2 million euros and was paid for by the city and by donations. Visitors can borrow 60,000 books, and for the first time also music \
instruments. It rained during the ceremony. A café in the courtyard opens in spring. The library is open from Tuesday to Saturday. \
More information is available at https://example.org/library. The weather was not mentioned in the speech."""

SALES = [
    ("Write a post about our autumn sale, 20 % off until Sunday", "20 % off", "until Sunday", "#AutumnSale"),
    (
        "Напиши пост про нашу осеннюю распродажу, скидка 20 % до воскресенья",
        "скидка 20 %",
        "до воскресенья",
        "#ОсенняяРаспродажа",
    ),
    (
        "Escribe una publicación sobre nuestras rebajas de otoño, 20 % de descuento hasta el domingo",
        "20 % de descuento",
        "hasta el domingo",
        "#RebajasDeOtoño",
    ),
    ("写一篇关于我们秋季促销的帖子，周日前八折", "八折", "周日前", "#秋季促销"),
]


def write(said: str, variant: int = 0, limit: int = 4096) -> tuple[str, tuple[str, ...]]:
    return compose(read_request(said), variant=variant, limit=limit, count=utf16_units, hashtag_limit=5)


@pytest.mark.parametrize(("said", "offer", "deadline", "hashtag"), SALES)
@pytest.mark.parametrize("variant", range(8))
def test_a_sale_becomes_a_post_with_hook_offer_deadline_and_hashtags(
    said: str, offer: str, deadline: str, hashtag: str, variant: int
) -> None:
    body, hashtags = write(said, variant)
    assert re.match(r"\*\*[^*\n]+\*\*\n", body)
    assert offer in body.lower()
    assert deadline in body.lower().replace("sunday", "Sunday")
    assert hashtags[0] == hashtag
    assert not re.search(r"[\[\]{}]|write a post|напиши пост|escribe una|写一篇", body, re.IGNORECASE)


@pytest.mark.parametrize("said", [sale[0] for sale in SALES])
def test_four_structures_and_several_hooks_are_found_in_every_language(said: str) -> None:
    bodies = [write(said, variant)[0] for variant in range(12)]
    assert len({body.split("\n")[0] for body in bodies}) >= 6
    assert any("• " in body for body in bodies)
    assert any("?" in body.split("\n")[0] or "？" in body.split("\n")[0] for body in bodies)


@pytest.mark.parametrize("variant", range(4))
def test_an_article_is_cut_to_its_essential_sentences_and_keeps_the_link(variant: int) -> None:
    body, _ = write(f"Write a post from this article:\n{ARTICLE}", variant)
    bullets = re.findall(r"^• (.+)$", body, re.MULTILINE)
    assert 3 <= len(bullets) <= 4
    assert all(bullet in ARTICLE for bullet in bullets)
    assert "https://example.org/library" in body
    assert "rained" not in body


def test_nothing_is_invented() -> None:
    for variant in range(12):
        body, _ = write(ARTICLE, variant)
        assert set(NUMBER.findall(body)) <= set(NUMBER.findall(ARTICLE))


@pytest.mark.parametrize("limit", [40, 80, 160, 280, 500])
def test_the_post_fits_and_is_never_cut_inside_a_word(limit: int) -> None:
    body, hashtags = write(ARTICLE, 1, limit)
    assert utf16_units(join_hashtags(body, hashtags)) <= limit
    assert set(re.findall(r"\w+", body)) <= set(
        re.findall(r"\w+", ARTICLE + " News Have you heard Find out more Take a look All the details")
    )
    assert body.count("**") % 2 == 0


def test_a_moment_becomes_the_date_to_save_and_is_said_once() -> None:
    body, _ = write(
        "Write a post about the opening of our café in Lisbon on Friday at 18:00, free coffee for the first 50 guests",
        2,
    )
    assert body.count("Friday at 18:00") == 1
    assert "50 guests" in body


def test_whole_sentences_stay_whole() -> None:
    body, hashtags = write(
        "We are hiring two baristas in Porto, apply until 30 November: https://example.com/jobs"
    )
    assert "We are hiring two baristas in Porto" in body
    assert "pply until 30 November" in body
    assert body.endswith("https://example.com/jobs")
    assert "#Porto" in hashtags


@pytest.mark.parametrize("variant", range(6))
def test_sad_news_gets_no_cheerful_phrases(variant: int) -> None:
    body, _ = write(
        "Write a post about the closing of our shop on 5 December, all vouchers are valid until 3 December",
        variant,
    )
    assert not re.search(r"good news|say hello|don’t miss|!", body, re.IGNORECASE)
    assert "3 December" in body


def test_wishes_about_the_form_are_followed_and_do_not_end_in_the_post() -> None:
    body, hashtags = write(
        "Write a friendly post about our new menu, three courses for 12 €, no hashtags, without emoji, please"
    )
    assert hashtags == ()
    assert "12 €" in body
    assert not re.search(r"hashtag|emoji|please|friendly", body)


@pytest.mark.parametrize(
    "said",
    [
        "Unser Café öffnet am Freitag um 18 Uhr. Der Kaffee ist gratis und wir freuen uns.",
        "متجرنا الجديد يوم الجمعة. خصم 20% على كل شيء.",
    ],
)
def test_in_an_unknown_language_only_the_persons_own_words_are_used(said: str) -> None:
    body, _ = write(said)
    assert re.findall(r"\w+", body) == re.findall(r"\w+", said)


def test_the_persons_own_hashtags_come_first() -> None:
    assert write("Our bakery sells rye bread from Monday #RyeLove")[1][0] == "#RyeLove"
