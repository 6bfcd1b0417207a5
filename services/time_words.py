"""Which words of which language say when? The vocabulary of `time_grammar`, as data.

A key lists the terms that any of its phrases stands for, as `kind:value`; phrases are separated by `|`. Phrases are
compared after `time_reading.fold`, so case, accents and `ё` do not matter. The kinds:

    N number            D day from today       W weekday, Monday 0     M month
    P part of the day   J Russian «дня»        A am 0, pm 12           a "at"
    U unit              H hour: unit or clock  O o'clock               k minutes of a clock
    i "in" (a span)     l "later"              g "ago"                 S span in minutes
    x "next"            t "this"               c "coming"              v weeks from this one
    K clock in minutes  Z midnight             p minutes before a number, s minutes after it
    Y year  n month  d day of a written date   C zone                  b zone with several meanings
    f says nothing      e repeats              q now                   r never explained: means too many things

`J` is apart because «2 дня» is two days and «2 часа дня» is two in the afternoon; `H` because «2 часа», `2 h` and
`2 horas` are a span after "in" and a time of day elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """A part of the day: the minute of the day taken when no time is named, and the hours that belong to it.

    Hours are `[from, to)` counted from the midnight before; 24 and more lie in the small hours of the next day.
    """

    default: int
    hours: tuple[tuple[int, int], ...]


PARTS = {
    "morning": Part(9 * 60, ((0, 12),)),
    "midday": Part(12 * 60, ((11, 15),)),
    "afternoon": Part(15 * 60, ((12, 21),)),
    "evening": Part(19 * 60, ((16, 25),)),
    "night": Part(20 * 60, ((18, 29),)),
    "late": Part(23 * 60, ((21, 30),)),
    "small": Part(23 * 60, ((0, 5), (17, 25))),
    "dawn": Part(5 * 60, ((0, 7),)),
}

ENGLISH = {
    "D:-1": "yesterday",
    "D:0": "today",
    "D:1": "tomorrow|tmrw|tmr",
    "D:2": "day after tomorrow",
    "D:0 P:night": "tonight",
    "D:0 P:morning": "this morning",
    "D:0 P:afternoon": "this afternoon",
    "D:0 P:evening": "this evening",
    "P:morning": "morning|in the morning",
    "P:afternoon": "afternoon|in the afternoon",
    "P:evening": "evening|in the evening",
    "P:night": "night|at night",
    "K:720": "noon|midday",
    "Z": "midnight",
    "A:0": "am",
    "A:12": "pm",
    "p:30": "half past",
    "p:15": "quarter past|a quarter past",
    "p:-15": "quarter to|a quarter to",
    "U:second": "second|seconds|sec|secs",
    "U:minute": "minute|minutes|min|mins|m",
    "U:hour": "hour|hours|hr|hrs",
    "U:day": "day|days",
    "U:week": "week|weeks",
    "U:month": "month|months",
    "U:year": "year|years",
    "H": "h",
    "O": "oclock",
    "S:15": "quarter of an hour|a quarter of an hour",
    "S:30": "half an hour|half hour|a half hour",
    "S:90": "an hour and a half|hour and a half|one and a half hours",
    "N:1 U:minute": "a minute",
    "N:1 U:hour": "an hour",
    "N:1 U:day": "a day",
    "N:1 U:week": "a week",
    "N:1 U:month": "a month",
    "i": "in",
    "l": "later|from now",
    "g": "ago",
    "x": "next",
    "c": "coming|upcoming",
    "t": "this",
    "v:0": "this week",
    "v:1": "next week",
    "d": "st|nd|rd|th",
    "a": "at|@",
    "e": "every|each|daily|weekly|monthly",
    "q": "now|right now|at once|immediately|asap",
    "f": "on|the|of|and|time|please",
}

RUSSIAN = {
    "D:-1": "вчера",
    "D:0": "сегодня",
    "D:1": "завтра",
    "D:2": "послезавтра|после завтра",
    "P:morning": "утро|утром|утра|с утра",
    "P:afternoon": "днём|после обеда|пополудни",
    "P:evening": "вечер|вечером|вечера",
    "P:late": "ночь|ночью",
    "P:small": "ночи",
    "J": "дня",
    "K:720": "полдень",
    "Z": "полночь",
    "p:-15": "без четверти",
    "s:30": "с половиной",
    "U:second": "секунду|секунды|секунд|сек",
    "U:minute": "минуту|минуты|минут|мин",
    "U:day": "день|дней|сутки|суток",
    "U:week": "неделю|недели|недель",
    "U:month": "месяц|месяца|месяцев",
    "U:year": "год|лет",
    "Y": "года|г",
    "H": "час|часа|часов|ч",
    "S:30": "полчаса|пол часа",
    "S:90": "полтора часа",
    "i": "через",
    "l": "спустя",
    "g": "назад",
    "x": "следующий|следующую|следующее|след",
    "c": "ближайший|ближайшую|ближайшее",
    "t": "этот|эту|это",
    "v:0": "на этой неделе",
    "v:1": "на следующей неделе|следующей недели",
    "d": "числа|-го",
    "r": "в ночь на|ночь на",
    "a": "в|во",
    "e": "каждый|каждую|каждое|каждые|ежедневно|еженедельно",
    "q": "сейчас|прямо сейчас|немедленно|сразу",
    "f": "на|по|и|ровно|время|времени|пожалуйста",
}

SPANISH = {
    "D:-1": "ayer",
    "D:0": "hoy",
    "D:1": "mañana",
    "D:2": "pasado mañana",
    "D:0 P:night": "esta noche",
    "D:0 P:morning": "esta mañana",
    "D:0 P:afternoon": "esta tarde",
    "P:morning": "por la mañana|de la mañana|en la mañana|a la mañana|la mañana",
    "P:afternoon": "tarde|la tarde|por la tarde|de la tarde|en la tarde|a la tarde",
    "P:night": "noche|la noche|por la noche|en la noche|a la noche",
    "P:small": "de la noche",
    "P:dawn": "madrugada|la madrugada|de la madrugada|por la madrugada|de madrugada",
    "P:midday": "del mediodía",
    "K:720": "mediodía|al mediodía|a mediodía",
    "Z": "medianoche|a medianoche",
    "s:30": "y media",
    "s:15": "y cuarto",
    "s:-15": "menos cuarto",
    "U:second": "segundo|segundos",
    "U:minute": "minuto|minutos",
    "U:day": "día|días",
    "U:week": "semana|semanas",
    "U:month": "mes|meses",
    "U:year": "año|años",
    "H": "hora|horas|hs",
    "S:15": "un cuarto de hora",
    "S:30": "media hora",
    "S:90": "hora y media|una hora y media",
    "i": "en|dentro de|de aquí a",
    "l": "más tarde|después",
    "g": "hace",
    "c": "próximo|que viene|siguiente",
    "t": "este",
    "v:0": "esta semana",
    "v:1": "próxima semana|semana próxima|semana que viene|semana siguiente",
    "a": "a las|a la|las",
    "a N:11": "a las once|las once",
    "e": "cada|todos los|todas las",
    "q": "ahora|ahora mismo|ya",
    "f": "el|la|los|de|del|y|en punto|hora de|el día|por favor",
}

CHINESE = {
    "D:-1": "昨天",
    "D:0": "今天|今日",
    "D:1": "明天|明日",
    "D:2": "后天",
    "D:3": "大后天",
    "D:0 P:night": "今晚|今夜",
    "D:1 P:night": "明晚",
    "D:0 P:morning": "今早",
    "D:1 P:morning": "明早|明晨",
    "P:morning": "上午|早上|早晨|清晨",
    "P:midday": "中午",
    "P:afternoon": "下午|午后",
    "P:evening": "傍晚",
    "P:night": "晚上|夜晚|夜里|晚",
    "P:late": "深夜",
    "P:dawn": "凌晨",
    "K:720": "正午",
    "Z": "午夜|半夜",
    "O": "点|点钟|时|点整",
    "k": "分",
    "s:15": "一刻",
    "s:30": "半",
    "s:45": "三刻",
    "U:second": "秒|秒钟",
    "U:minute": "分钟",
    "U:hour": "小时|个小时|钟头|个钟头",
    "U:hour s:30": "个半小时|个半钟头",
    "U:day": "天",
    "U:week": "周|星期|个星期|礼拜|个礼拜",
    "U:month": "个月",
    "S:15": "一刻钟",
    "S:30": "半小时|半个小时|半个钟头",
    "i": "过|再过",
    "l": "后|以后|之后",
    "g": "前|以前|之前",
    "v:0": "本周|这周|这个星期|这星期|这礼拜",
    "v:1": "下周|下个星期|下星期|下礼拜|下个礼拜",
    "v:2": "下下周",
    "Y": "年",
    "n": "月",
    "d": "日|号",
    "e": "每|每天|每周|每月",
    "q": "现在|马上|立刻",
    "f": "在|于|的|请|时间|整|发|发布",
}

NUMERALS = {
    1: "one|один|одну|одна|un|una|uno",
    2: "two|два|две|dos|a couple of|couple of|пару|un par de",
    3: "three|три|tres",
    4: "four|четыре|cuatro",
    5: "five|пять|cinco",
    6: "six|шесть|seis",
    7: "seven|семь|siete",
    8: "eight|восемь|ocho",
    9: "nine|девять|nueve",
    10: "ten|десять|diez",
    11: "eleven|одиннадцать",
    12: "twelve|двенадцать|doce",
    15: "fifteen|пятнадцать|quince",
    20: "twenty|двадцать|veinte",
    30: "thirty|тридцать|treinta",
    40: "forty|сорок|cuarenta",
    50: "fifty|пятьдесят|cincuenta",
}

WEEKDAYS = (
    "monday|mon|понедельник|пн|lunes|lun",
    "tuesday|tue|tues|вторник|вт|martes",
    "wednesday|wed|weds|среда|среду|ср|miércoles|mie",
    "thursday|thu|thur|thurs|четверг|чт|jueves|jue",
    "friday|fri|пятница|пятницу|пт|viernes|vie",
    "saturday|sat|суббота|субботу|сб|sábado|sab",
    "sunday|sun|воскресенье|вс|domingo|dom",
)

MONTHS = (
    "january|jan|январь|января|янв|enero|ene",
    "february|feb|февраль|февраля|фев|febrero",
    "march|mar|март|марта|marzo",
    "april|apr|апрель|апреля|апр|abril|abr",
    "may|май|мая|mayo",
    "june|jun|июнь|июня|июн|junio",
    "july|jul|июль|июля|июл|julio",
    "august|aug|август|августа|авг|agosto",
    "september|sep|sept|сентябрь|сентября|сен|сент|septiembre|setiembre",
    "october|oct|октябрь|октября|окт|octubre",
    "november|nov|ноябрь|ноября|ноя|noviembre",
    "december|dec|декабрь|декабря|дек|diciembre|dic",
)

# «половина девятого» is half past eight: the hour that is running, by its ordinal.
RUSSIAN_RUNNING_HOURS = "первого второго третьего четвёртого пятого шестого седьмого восьмого девятого десятого одиннадцатого двенадцатого"

CHINESE_WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日", "天")
CHINESE_WEEKS = {"": None, "这": 0, "本": 0, "下": 1, "下个": 1, "下下": 2}
CHINESE_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# Traditional forms of the few characters above; everything else is the same in both.
TRADITIONAL = str.maketrans("點後時週鐘號個兩過這禮間現馬請於淩", "点后时周钟号个两过这礼间现马请于凌")

EXAMPLES = {
    "en": "“tomorrow 9am”, “next Friday 18:30” or “in 2 hours”",
    "ru": "«завтра в 9», «в пятницу в 18:30» or «через 2 часа»",
    "es": "«mañana a las 9», «el viernes a las 18:30» or «en 2 horas»",
    "zh": "“明天上午9点”, “下周五18:30” or “2小时后”",
}
