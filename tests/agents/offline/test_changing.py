"""Do shorter, longer and another tone keep what the text states?"""

from __future__ import annotations

import pytest

from agents.offline.changing import change_tone, lengthen, own_words, shorten
from agents.offline.documents import join_hashtags, utf16_units
from agents.offline.facts import facts_of
from agents.offline.reading import TONGUES, tongue_of
from agents.offline.tongues.english import ENGLISH
from agents.offline.tongues.tongue import Tone

ENGLISH_POST = (
    "**It’s time for our autumn sale!**\n\n20 % off – only until Sunday. We really can’t wait to see you! Coats are 45 €.\n\n"
    "Tell a friend who would like this.\n\nFind out more: https://example.com/don't!"
)
POSTS = [
    ENGLISH_POST,
    "**Встречайте: наша осенняя распродажа!**\n\nСкидка 20 % – только до воскресенья. Мы очень рады. Пальто по 4500 ₽.\n\nПоделитесь с друзьями.",
    "**¡Atención: nuestras rebajas!**\n\n20 % de descuento, solo hasta el domingo. Estamos muy contentos.\n\nComparte esta publicación.",
    "**秋季促销来啦！**\n\n八折，仅限周日前。外套450元。我们很高兴。\n\n欢迎分享。",
]


@pytest.mark.parametrize("post", POSTS)
def test_shorter_is_at_least_a_fifth_shorter_and_keeps_the_facts(post: str) -> None:
    tongue = tongue_of(post)
    body, tags = shorten(post, ("#Sale", "#Autumn", "#Coats"), tongue, count=utf16_units)
    before = utf16_units(join_hashtags(post, ("#Sale", "#Autumn", "#Coats")))
    assert utf16_units(join_hashtags(body, tags)) <= 0.8 * before
    assert facts_of(post, tongue).binding <= facts_of(body, tongue).binding


def test_shorter_never_drops_the_only_sentence_that_states_a_fact() -> None:
    post = "Doors open at 18:00. Entry is 5 €. Bring 2 friends."
    assert shorten(post, (), ENGLISH, count=utf16_units)[0] == post


@pytest.mark.parametrize("post", POSTS)
def test_longer_adds_sentences_but_no_facts(post: str) -> None:
    tongue = tongue_of(post)
    longer = lengthen(post, tongue, fits=lambda _: True)
    assert longer.startswith(post)
    assert len(longer) > len(post)
    assert set(facts_of(longer, tongue).numbers) == set(facts_of(post, tongue).numbers)


def test_longer_ends_when_nothing_can_be_added_without_inventing() -> None:
    text = ENGLISH_POST
    for _ in range(10):
        text = lengthen(text, ENGLISH, fits=lambda _: True)
    assert lengthen(text, ENGLISH, fits=lambda _: True) == text


def test_longer_stays_within_what_fits() -> None:
    assert lengthen(ENGLISH_POST, ENGLISH, fits=lambda _: False) == ENGLISH_POST


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("tone", Tone)
def test_a_tone_keeps_the_facts_and_changes_nothing_the_second_time(post: str, tone: Tone) -> None:
    tongue = tongue_of(post)
    once = change_tone(post, tone, tongue)
    assert facts_of(post, tongue).binding <= facts_of(once, tongue).binding
    assert change_tone(once, tone, tongue) == once


@pytest.mark.parametrize("post", POSTS)
def test_one_tone_replaces_the_other(post: str) -> None:
    tongue = tongue_of(post)
    formal = change_tone(post, Tone.FORMAL, tongue)
    for tone in (Tone.PLAYFUL, Tone.URGENT, Tone.FRIENDLY):
        loud = change_tone(post, tone, tongue)
        assert loud.count("\n\n") == formal.count("\n\n")
        assert change_tone(loud, Tone.FORMAL, tongue).count("\n\n") == formal.count("\n\n")


def test_a_formal_text_has_no_contractions_exclamations_or_emoji_but_links_stay() -> None:
    formal = change_tone("🍂 " + ENGLISH_POST, Tone.FORMAL, ENGLISH)
    prose = formal.replace("https://example.com/don't!", "")
    assert "cannot wait" in prose
    assert "!" not in prose
    assert "🍂" not in prose
    assert "https://example.com/don't!" in formal


def test_own_words_are_what_is_left_without_our_phrases() -> None:
    draft = "**Good news: our autumn sale!**\n\n🍂 20 % off – only until Sunday.\n\nTell a friend who would like this."
    assert own_words(draft, ENGLISH) == "Our autumn sale, 20 % off until Sunday."


def test_every_language_has_every_opener_and_closer() -> None:
    spoken = {Tone.FRIENDLY, Tone.FORMAL, Tone.PLAYFUL, Tone.URGENT}
    assert all(set(t.phrases.openers) == set(t.phrases.closers) == spoken for t in TONGUES)
