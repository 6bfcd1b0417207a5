"""Which Chinese sentences may stand in any post, because they state no fact, and which does the drafter say itself?"""

from __future__ import annotations

from agents.offline.tongues.tongue import Phrases, Say, Structure, Tone

PHRASES = Phrases(
    hooks={
        Structure.ANNOUNCE: ("{topic}来啦！", "好消息：{topic}！", "新消息：{Fact}"),
        Structure.OFFER: ("{offer}！{topic}", "{topic}：{offer}", "{offer}！{Fact}"),
        Structure.QUESTION: ("你听说{topic}了吗？", "准备好迎接{topic}了吗？", "听说了吗？{Fact}"),
        Structure.LIST: ("{topic}：重点速览", "关于{topic}，看这里", "{Fact}"),
    },
    only="{Core}，仅限{deadline}",
    until_calls=("仅限{deadline}，别错过！", "抓紧时间：仅限{deadline}。", "{deadline}有效，不要错过！"),
    deadline_calls=("别忘了：{deadline}。", "请留意：{deadline}。"),
    when_calls=("记好时间：{when}。", "请记在日历上：{when}。"),
    link_calls=("了解详情：{link}", "更多信息：{link}", "点击查看：{link}"),
    soft_calls=(
        "转发给需要的朋友吧。",
        "有问题？欢迎留言。",
        "你怎么看？欢迎在评论区告诉我们。",
        "欢迎分享。",
    ),
    openers={
        Tone.FRIENDLY: "大家好！👋",
        Tone.FORMAL: "现将有关事项告知如下。",
        Tone.PLAYFUL: "嘘……猜猜有什么好事！👀",
        Tone.URGENT: "⏰ 千万别错过！",
    },
    closers={
        Tone.FRIENDLY: "期待你的留言！😊",
        Tone.FORMAL: "敬请关注。",
        Tone.PLAYFUL: "你懂的 😉",
        Tone.URGENT: "别再等了，就是现在！",
    },
    extensions=(
        "为什么告诉你？因为不想让你错过。",
        "一句话概括：{offer}。",
        "再提醒一次：{deadline}。",
        "{when}见！",
        "你认识对此感兴趣的人吗？请转发这篇帖子。",
        "收藏这篇帖子，需要时就能找到。",
        "如果有不清楚的地方，随时问我们，我们很乐意回答。",
        "现在轮到你了：你怎么看？",
    ),
    formal={},
    fillers=None,
)

ANSWERS: dict[Say, str] = {
    Say.WHO: "我是离线撰稿器：一套写作规则，不是 ChatGPT，也不是语言模型。我只用您自己的话写帖子，不需要密钥，也不联网。想用语言模型，请设置 OPENAI_API_KEY，并在 /agents 中选择。",
    Say.HELP: "告诉我帖子写什么，例如“写一篇关于秋季促销的帖子，周日前八折”。我可以把草稿改短、改长、改得友好或正式，添加或去掉话题和表情，替换词语，改成列表，也能摘要一段文字。",
    Say.GREETING: "您好！我是离线撰稿器。",
    Say.THANKS: "不客气。请发来下一个主题，或告诉我要改什么。",
    Say.DRAFTED: "这是用您自己的话写成的草稿。请告诉我要改什么。",
    Say.REVISED: "这是改好的草稿。还需要改什么，请告诉我。",
    Say.UNCHANGED: "这样改草稿不会有变化。请换一种改法，或要求另一个版本。",
    Say.NOTHING_TO_ADD: "不编造内容就无法再加长了。请再给我一个事实，我会写进去。",
    Say.ASK_TOPIC: "帖子写什么？请告诉我主题和事实，例如价格、日期或链接。",
    Say.ASK_TEXT: "现在还没有草稿。请发来文字，或告诉我写什么。",
    Say.ASK_CHANGE: "我是离线撰稿器，规则里没有这一项。我可以改短、改长，改成友好、正式、活泼、紧急或中性的语气，替换词语，添加或去掉话题、表情和链接。",
    Say.NO_TRANSLATION: "我不能翻译：离线撰稿器没有词典。请设置 OPENAI_API_KEY 并在 /agents 中选择语言模型，或直接发来另一种语言的文字。",
    Say.NO_ANSWERS: "我是离线撰稿器，不能回答知识性问题。我只用您的话写帖子和改帖子；需要回答请用 OPENAI_API_KEY 连接语言模型。",
    Say.NO_QUEUE: "在这里看不到队列。请打开 /queue。",
    Say.NO_TIMES: "在这里查不到空闲时间。请使用草稿下方的定时按钮。",
    Say.NO_SAVING: "在这里不能保存。请使用草稿下方的保存按钮，或打开 /collections。",
    Say.NO_USAGE: "在这里看不到用量。请打开 /usage。",
    Say.FAILED: "没有成功：{reason}",
    Say.DONE: "完成。",
    Say.COLLECTION: "草稿",
}
