"""Are language, sentences and facts of a text recognised?"""

from __future__ import annotations

import pytest

from agents.offline.facts import facts_of, links
from agents.offline.hashtags import hashtags_for
from agents.offline.reading import clean, sentences, tongue_of
from agents.offline.requests import is_request, read_request
from agents.offline.summarising import summarise
from agents.offline.tongues.chinese import CHINESE
from agents.offline.tongues.english import ENGLISH
from agents.offline.tongues.russian import RUSSIAN
from agents.offline.tongues.russian_cases import nominative
from agents.offline.tongues.spanish import SPANISH
from agents.offline.tongues.tongue import Intent, Tone


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Our shop opens on Friday", "en"),
        ("Наш магазин открывается в пятницу", "ru"),
        ("Nuestra tienda abre el viernes", "es"),
        ("我们的店周五开业", "zh"),
        ("Sale at IKEA 我们周五开业大促销", "zh"),
        ("Das ist ein neuer Laden und wir freuen uns", None),
        ("Це наш новий магазин і їжа", None),
        ("新しいお店がオープンします", None),
        ("متجر جديد", None),
    ],
)
def test_the_language_is_guessed(text: str, code: str | None) -> None:
    tongue = tongue_of(text)
    assert (tongue.code if tongue else None) == code


def test_sentences_end_where_people_end_them() -> None:
    text = "Mr. Lee pays 4.50 € at 18.30. Fine! See e.g. the menu… and more. 你好。再见！\nA title\nEnd"
    assert sentences(text) == [
        "Mr. Lee pays 4.50 € at 18.30.",
        "Fine!",
        "See e.g. the menu… and more.",
        "你好。",
        "再见！",
        "A title",
        "End",
    ]


def test_cleaning_removes_what_cannot_be_published() -> None:
    assert clean("a\x00b\ud800c\u202edef\r\n\r\n\r\n\r\ng\t h ") == "a bcdef\n\ng h"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See https://e.org/a_(b).", "https://e.org/a_(b)"),
        ("(www.e.org/x)", "www.e.org/x"),
        ("go to shop.example.com!", "shop.example.com"),
        ("看https://e.cn/a，谢谢", "https://e.cn/a"),
    ],
)
def test_links_end_where_the_sentence_goes_on(text: str, link: str) -> None:
    assert links(text) == (link,)


def test_facts_are_found_in_the_words_of_the_text() -> None:
    facts = facts_of(
        "Join Ana Sousa in Porto on Friday at 18:00: 20 % off, coats $45, 3 workshops, only until 30 November #Sale https://e.org",
        ENGLISH,
    )
    assert facts.percentages == ("20 %",)
    assert facts.prices == ("$45",)
    assert facts.deadlines == ("only until 30 November",)
    assert facts.moments == ("on Friday at 18:00",)
    assert facts.places == ("Porto",)
    assert "Ana Sousa" in facts.names
    assert facts.links == ("https://e.org",)
    assert "3 workshops" in facts.quantities
    assert facts.hashtags == ("#Sale",)


@pytest.mark.parametrize(
    ("preposition", "given", "named"),
    [
        ("про", "нашу осеннюю распродажу", "наша осенняя распродажа"),
        ("о", "нашей осенней распродаже", "наша осенняя распродажа"),
        ("про", "новый магазин в Казани", "новый магазин в Казани"),
        ("об", "открытии нашего магазина", "открытие нашего магазина"),
        ("о", "магазине", None),
        ("о", "наших друзьях", None),
    ],
)
def test_a_russian_subject_is_named_only_where_its_case_is_sure(
    preposition: str, given: str, named: str | None
) -> None:
    assert nominative(given, preposition=preposition) == named


def test_a_request_is_sorted_into_subject_details_and_manner() -> None:
    request = read_request(
        "Could you write a short, friendly post for Instagram about our new menu - 3 courses for 12 €, from Monday. Book at e.org."
    )
    assert request.subject == "our new menu"
    assert request.details == ("3 courses for 12 €", "from Monday")
    assert request.statements == ("Book at e.org.",)
    assert request.tone is Tone.FRIENDLY
    assert Intent.SHORTEN in request.asides


@pytest.mark.parametrize(
    "text",
    [
        "Our new post office opens on Monday",
        "A message in a bottle was found",
        "Мы открываемся",
        "我们的帖子",
    ],
)
def test_the_words_of_a_post_are_no_request(text: str) -> None:
    assert not is_request(text)


@pytest.mark.parametrize(
    ("subject", "text", "tongue", "expected"),
    [
        ("our autumn sale", "our autumn sale", ENGLISH, ("#AutumnSale", "#Sale")),
        ("nuestro menú de verano", "en Madrid", SPANISH, ("#MenúDeVerano", "#Menú", "#Madrid")),
        ("наша осенняя распродажа", "", RUSSIAN, ("#ОсенняяРаспродажа", "#Распродажа")),
        ("我们的秋季促销", "", CHINESE, ("#秋季促销",)),
        ("Ana Sousa joining us", "", ENGLISH, ("#AnaSousa", "#Sousa")),
    ],
)
def test_hashtags_are_made_of_the_subject_and_places(
    subject: str, text: str, tongue: object, expected: tuple[str, ...]
) -> None:
    assert hashtags_for(subject, text, tongue, limit=5) == expected  # type: ignore[arg-type]  # parametrised with tongues


def test_no_more_hashtags_than_wanted() -> None:
    assert len(hashtags_for("", "#a1 #b1 #c1 #d1", ENGLISH, limit=2)) == 2


def test_a_summary_picks_sentences_and_writes_none() -> None:
    text = "The bridge opens on 3 May. It is long. People waited. The bridge cost 12 million euros. Bands will play. Nobody knows why."
    summary = summarise(text, ENGLISH)
    assert (
        summary == "The bridge opens on 3 May. The bridge cost 12 million euros."[: len(summary)]
        or "12 million" in summary
    )
    assert all(sentence in sentences(text) for sentence in sentences(summary))
    assert len(sentences(summary)) < len(sentences(text))
