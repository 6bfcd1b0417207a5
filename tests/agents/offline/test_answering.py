"""Does the drafter choose the right next step, honestly and in the person's language?"""

from __future__ import annotations

import pytest

from agents.offline.answering import Outcome, Situation, Step, next_step
from agents.offline.documents import utf16_units

DRAFT = "**Good news: our autumn sale!**\n\n🍂 20 % off – only until Sunday.\n\nTell a friend who would like this.\n\n#AutumnSale #Sale"
_POST = frozenset({"text", "hashtags"})
TOOLS = {
    "draft_post": _POST,
    "revise_post": _POST,
    "list_queue": frozenset[str](),
    "propose_times": frozenset[str](),
    "save_to_collection": frozenset({"name"}),
    "show_usage": frozenset[str](),
}


def ask(
    said: str,
    *,
    draft: str = "",
    earlier: tuple[str, ...] = (),
    outcomes: tuple[Outcome, ...] = (),
    bound: bool = True,
) -> Step:
    situation = Situation(
        said=said,
        draft=draft,
        earlier=earlier,
        outcomes=outcomes,
        limit=4096,
        count=utf16_units,
        hashtag_limit=5,
        tools=TOOLS if bound else {},
    )
    return next_step(situation)


@pytest.mark.parametrize(
    ("said", "denial"),
    [
        ("are you ChatGPT?", "not ChatGPT and not a language model"),
        ("Are you an AI?", "not a language model"),
        ("what model are you", "not a language model"),
        ("Ты ChatGPT?", "не ChatGPT и не языковая модель"),
        ("кто ты?", "не языковая модель"),
        ("¿Eres ChatGPT?", "no ChatGPT ni un modelo de lenguaje"),
        ("你是ChatGPT吗？", "不是 ChatGPT，也不是语言模型"),
    ],
)
def test_it_says_what_it_is_and_what_it_is_not(said: str, denial: str) -> None:
    assert denial in ask(said).text


@pytest.mark.parametrize(
    "said", ["translate it to Spanish", "переведи на английский", "traduce al inglés", "翻译成英文"]
)
def test_translation_is_refused_with_the_way_to_get_one(said: str) -> None:
    step = ask(said, draft=DRAFT)
    assert step.tool == ""
    assert "OPENAI_API_KEY" in step.text


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("What's in the queue?", "list_queue"),
        ("покажи очередь", "list_queue"),
        ("¿Qué hay en la cola?", "list_queue"),
        ("看看队列", "list_queue"),
        ("When should I post this?", "propose_times"),
        ("когда лучше опубликовать?", "propose_times"),
        ("¿Cuándo publicar?", "propose_times"),
        ("什么时候发布最好？", "propose_times"),
        ("show me my usage", "show_usage"),
        ("сколько потрачено?", "show_usage"),
    ],
)
def test_errands_are_run_by_their_tool(said: str, tool: str) -> None:
    assert ask(said, draft=DRAFT).tool == tool


@pytest.mark.parametrize(
    "said", ["What's in the queue?", "When should I post this?", "show me my usage", "save it"]
)
def test_an_errand_without_its_tool_points_to_where_it_can_be_done(said: str) -> None:
    step = ask(said, draft=DRAFT, bound=False)
    assert step.tool == ""
    assert "/" in step.text or "button" in step.text


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("save it to Campaigns", "Campaigns"),
        ("сохрани в коллекцию Осень", "Осень"),
        ("guárdalo en Campañas", "Campañas"),
        ("保存到收藏夹秋季", "秋季"),
    ],
)
def test_saving_names_the_collection(said: str, name: str) -> None:
    assert ask(said, draft=DRAFT).arguments == {"name": name}


@pytest.mark.parametrize(
    "said", ["shorter", "короче", "más corto", "改短一点", "Make it a bit shorter, please", "сделай короче"]
)
def test_shorter_is_understood_in_four_languages(said: str) -> None:
    step = ask(said, draft=DRAFT)
    assert step.tool == "revise_post"
    assert "Tell a friend" not in step.arguments["text"]
    assert "20 % off" in step.arguments["text"]


@pytest.mark.parametrize(
    ("said", "opener"),
    [
        ("Change the tone to friendly", "Hi everyone!"),
        ("make it more formal", "We are pleased"),
        ("сделай более официальным", "We are pleased"),
        ("hazlo más divertido", "Psst"),
        ("语气友好一点", "Hi everyone!"),
        ("more urgent", "⏰"),
        ("make it less formal", "Hi everyone!"),
    ],
)
def test_a_tone_is_spoken_in_the_language_of_the_draft(said: str, opener: str) -> None:
    assert str(ask(said, draft=DRAFT).arguments["text"]).startswith(opener)


def test_again_gives_another_variant_every_time() -> None:
    first = "Write a post about our autumn sale, 20 % off until Sunday"
    variants = [ask(first).arguments["text"]]
    variants += [ask("again", earlier=(first, *["again"] * n)).arguments["text"] for n in range(5)]
    assert len({str(variant) for variant in variants}) == 6


def test_again_never_returns_the_very_draft_on_the_table() -> None:
    first = "Write a post about our autumn sale, 20 % off until Sunday"
    made = ask("again", earlier=(first,)).arguments
    draft = f"{made['text']}\n\n{' '.join(made['hashtags'])}"
    assert ask("again", earlier=(first,), draft=draft).arguments["text"] != made["text"]


def test_again_without_history_writes_anew_from_the_draft_and_keeps_its_facts() -> None:
    text = str(ask("again", draft=DRAFT).arguments["text"])
    assert "20 % off" in text.replace("20 % Off", "20 % off")
    assert "until Sunday" in text
    assert "–  –" not in text


@pytest.mark.parametrize(
    "said",
    [
        "Drop by our café on Friday",
        "Change your life with our new course",
        "We shorten delivery times from Monday",
    ],
)
def test_words_of_a_post_are_not_taken_for_instructions(said: str) -> None:
    assert ask(said, draft=DRAFT).tool == "draft_post"


@pytest.mark.parametrize("said", ["shorter", "make it formal", "короче", "改短一点", "remove the hashtags"])
def test_a_change_without_a_draft_asks_for_the_text(said: str) -> None:
    step = ask(said)
    assert step.tool == ""
    assert step.text


def test_an_edit_that_changes_nothing_says_so() -> None:
    assert "change nothing" in ask("no emoji", draft="Soup today, 4 €.").text


def test_questions_of_knowledge_are_declined_not_invented() -> None:
    assert "cannot answer questions" in ask("Who won the world cup?").text


def test_an_unclear_wish_for_a_change_tells_what_can_be_done() -> None:
    assert "cannot do that" in ask("make it better", draft=DRAFT).text


@pytest.mark.parametrize(
    "said", ["Write a post", "напиши пост", "Escribe una publicación", "写一篇帖子", "Pizza", "…", ""]
)
def test_a_request_without_a_subject_asks_for_one(said: str) -> None:
    step = ask(said)
    assert step.tool == ""
    assert step.text.endswith((".", "。"))


@pytest.mark.parametrize(
    ("said", "word"),
    [("hi", "Hello"), ("привет", "Здравствуйте"), ("hola", "Hola"), ("你好", "您好"), ("thanks", "welcome")],
)
def test_courtesies_are_returned(said: str, word: str) -> None:
    assert word in ask(said).text


def test_a_summary_of_a_text_that_was_sent_is_simply_told() -> None:
    long = "The library reopens on Saturday. It has 120 places. It rained a lot. Nobody minded. Entry costs 2 €. The end."
    step = ask(f"Summarise this: {long}")
    assert step.tool == ""
    assert all(sentence in long for sentence in step.text.split(". ")[:1])
    assert len(step.text) < len(long)


@pytest.mark.parametrize("answer", ["", "null", "[]", "{broken"])
def test_odd_answers_of_a_tool_still_end_in_a_sentence(answer: str) -> None:
    assert ask("queue", outcomes=(Outcome(tool="list_queue", failed=False, answer=answer),)).text


def test_a_refused_errand_is_not_tried_again() -> None:
    step = ask("queue", outcomes=(Outcome(tool="list_queue", failed=True, answer="not allowed"),))
    assert step == Step(text="That did not work: not allowed")
