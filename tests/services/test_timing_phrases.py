"""Is each phrase read as people mean it? Said in Madrid on Friday 20 November 2026 at 23:30, answered in local time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from services.timing import resolve

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")

ENGLISH = """
tomorrow 9am                         | 2026-11-21 09:00
tomorrow at 9                        | 2026-11-21 09:00
9 tomorrow                           | 2026-11-21 09:00
Tomorrow, 9 a.m.                     | 2026-11-21 09:00
tomorrow 1830                        | 2026-11-21 18:30
next Friday 18:30                    | 2026-11-27 18:30
friday 6 pm                          | 2026-11-27 18:00
friday 23:45                         | 2026-11-20 23:45
in 2 hours                           | 2026-11-21 01:30
2 hours                              | 2026-11-21 01:30
in 2h                                | 2026-11-21 01:30
2 hours from now                     | 2026-11-21 01:30
in two hours and 15 minutes          | 2026-11-21 01:45
in 1.5 hours                         | 2026-11-21 01:00
in 1h30                              | 2026-11-21 01:00
in a couple of hours                 | 2026-11-21 01:30
in twenty five minutes               | 2026-11-20 23:55
in half an hour                      | 2026-11-21 00:00
in an hour                           | 2026-11-21 00:30
in an hour and a half                | 2026-11-21 01:00
in 90 min                            | 2026-11-21 01:00
30 min                               | 2026-11-21 00:00
tomorrow evening                     | 2026-11-21 19:00
tonight at 11:45                     | 2026-11-20 23:45
tonight at 1                         | 2026-11-21 01:00
this evening at 11:50                | 2026-11-20 23:50
noon                                 | 2026-11-21 12:00
tomorrow noon                        | 2026-11-21 12:00
midnight                             | 2026-11-21 00:00
tomorrow at midnight                 | 2026-11-22 00:00
tomorrow morning                     | 2026-11-21 09:00
in the morning                       | 2026-11-21 09:00
tomorrow at 9 in the evening         | 2026-11-21 21:00
day after tomorrow 10:15             | 2026-11-22 10:15
the day after tomorrow at 7pm        | 2026-11-22 19:00
25 December 14:00                    | 2026-12-25 14:00
December 25th at 2pm                 | 2026-12-25 14:00
Dec 25 2pm                           | 2026-12-25 14:00
the 25th of December, 2026 at 14:00  | 2026-12-25 14:00
Friday 25 December 14:00             | 2026-12-25 14:00
25.12. 14:00                         | 2026-12-25 14:00
25.12.2026 14:00                     | 2026-12-25 14:00
25/12 14:00                          | 2026-12-25 14:00
25/12/26 14:00                       | 2026-12-25 14:00
12/25 14:00                          | 2026-12-25 14:00
5/12 14:00                           | 2026-12-05 14:00
2026-12-25 14:00                     | 2026-12-25 14:00
2026-12-25T14:00                     | 2026-12-25 14:00
2026-12-25T14:00:30                  | 2026-12-25 14:00
2026-12-25T14:00Z                    | 2026-12-25 15:00
2026-12-25T14:00+03:00               | 2026-12-25 12:00
2026-12-25T14:00:00-05:00            | 2026-12-25 20:00
2026-12-25 14:00 +0300               | 2026-12-25 12:00
14:00 on 25 Dec                      | 2026-12-25 14:00
at 9 on 25 December                  | 2026-12-25 09:00
3 January 10:00                      | 2027-01-03 10:00
on the 25th at 10                    | 2026-11-25 10:00
the 5th at 10:00                     | 2026-12-05 10:00
at 18:30                             | 2026-11-21 18:30
23:45                                | 2026-11-20 23:45
at 9.30                              | 2026-11-21 09:30
at seven thirty pm                   | 2026-11-21 19:30
half past nine tomorrow              | 2026-11-21 09:30
tomorrow at quarter to 9 pm          | 2026-11-21 20:45
monday                               | 2026-11-23 09:00
monday 9                             | 2026-11-23 09:00
wed 9:15pm                           | 2026-11-25 21:15
this sunday 10:00                    | 2026-11-22 10:00
next week monday 9                   | 2026-11-23 09:00
Thursday next week at 17:00          | 2026-11-26 17:00
next week at 9:00                    | 2026-11-23 09:00
in 3 days at 10                      | 2026-11-23 10:00
in 3 days                            | 2026-11-23 23:30
in a week at noon                    | 2026-11-27 12:00
in 2 weeks                           | 2026-12-04 23:30
in one month at 8:00                 | 2026-12-20 08:00
9 o'clock tomorrow                   | 2026-11-21 09:00
tomorrow 12am                        | 2026-11-21 00:00
tomorrow 12pm                        | 2026-11-21 12:00
tomorrow 24:00                       | 2026-11-22 00:00
TOMORROW AT ９：３０                  | 2026-11-21 09:30
"""

RUSSIAN = """
завтра в 9                           | 2026-11-21 09:00
9 утра завтра                        | 2026-11-21 09:00
завтра 9 утра                        | 2026-11-21 09:00
завтра в девять вечера               | 2026-11-21 21:00
завтра в 9 часов                     | 2026-11-21 09:00
завтра в 9 часов 30 минут            | 2026-11-21 09:30
завтра в 2 часа дня                  | 2026-11-21 14:00
завтра в час дня                     | 2026-11-21 13:00
завтра в 2 часа ночи                 | 2026-11-21 02:00
завтра в 18.30                       | 2026-11-21 18:30
завтра в половине девятого           | 2026-11-21 08:30
завтра в полдевятого вечера          | 2026-11-21 20:30
завтра без четверти девять           | 2026-11-21 08:45
через 2 часа                         | 2026-11-21 01:30
через час                            | 2026-11-21 00:30
через два часа                       | 2026-11-21 01:30
через 1,5 часа                       | 2026-11-21 01:00
через 2 с половиной часа             | 2026-11-21 02:00
через пару часов                     | 2026-11-21 01:30
завтра в двадцать один час           | 2026-11-21 21:00
через полчаса                        | 2026-11-21 00:00
через полтора часа                   | 2026-11-21 01:00
через 2 дня в 10                     | 2026-11-22 10:00
через неделю в 10:00                 | 2026-11-27 10:00
в пятницу в 18:30                    | 2026-11-27 18:30
в следующую пятницу                  | 2026-11-27 09:00
в следующую пятницу в 18:30          | 2026-11-27 18:30
в эту субботу в 12:00                | 2026-11-21 12:00
в понедельник на следующей неделе в 9| 2026-11-23 09:00
завтра вечером                       | 2026-11-21 19:00
сегодня в 23:45                      | 2026-11-20 23:45
послезавтра утром                    | 2026-11-22 09:00
25 декабря в 14:00                   | 2026-12-25 14:00
25-го декабря в 14:00                | 2026-12-25 14:00
25 декабря 2026 года в 14:00         | 2026-12-25 14:00
25.12 в 14:00                        | 2026-12-25 14:00
25 числа в 10                        | 2026-11-25 10:00
в полдень                            | 2026-11-21 12:00
в полночь                            | 2026-11-21 00:00
в вс в 10                            | 2026-11-22 10:00
завтра днём                          | 2026-11-21 15:00
"""

SPANISH = """
mañana a las 9                       | 2026-11-21 09:00
manana a las 9                       | 2026-11-21 09:00
mañana por la mañana                 | 2026-11-21 09:00
mañana a las 9 de la noche           | 2026-11-21 21:00
mañana a las 9 y media               | 2026-11-21 09:30
mañana a las 9 menos cuarto          | 2026-11-21 08:45
mañana a la una de la tarde          | 2026-11-21 13:00
mañana a las once                    | 2026-11-21 11:00
pasado mañana a las 10               | 2026-11-22 10:00
mañana a las 18.30h                  | 2026-11-21 18:30
en dos horas y media                 | 2026-11-21 02:00
de aquí a 2 horas                    | 2026-11-21 01:30
en 2 horas                           | 2026-11-21 01:30
dentro de media hora                 | 2026-11-21 00:00
en hora y media                      | 2026-11-21 01:00
dentro de 3 días a las 10            | 2026-11-23 10:00
el viernes a las 18:30               | 2026-11-27 18:30
el próximo viernes a las 18:30       | 2026-11-27 18:30
el lunes que viene a las 9           | 2026-11-23 09:00
el lunes de la próxima semana a las 9| 2026-11-23 09:00
este domingo a las 12                | 2026-11-22 12:00
esta noche a las 11:45               | 2026-11-20 23:45
mañana a las 20h                     | 2026-11-21 20:00
mañana a las 18h30                   | 2026-11-21 18:30
25 de diciembre a las 14:00          | 2026-12-25 14:00
el 25 de diciembre de 2026 a las 14  | 2026-12-25 14:00
el día 25/12 a las 14:00             | 2026-12-25 14:00
mañana al mediodía                   | 2026-11-21 12:00
el miércoles a las 8 de la tarde     | 2026-11-25 20:00
mañana a las 8 p. m.                 | 2026-11-21 20:00
el sábado a las 2 de la madrugada    | 2026-11-21 02:00
"""

CHINESE = """
明天上午9点                            | 2026-11-21 09:00
明天下午3点半                          | 2026-11-21 15:30
明天下午三点半                         | 2026-11-21 15:30
明天下午3点一刻                        | 2026-11-21 15:15
明天9点30分                            | 2026-11-21 09:30
明天9:30                               | 2026-11-21 09:30
明早8点                                | 2026-11-21 08:00
明晚8点                                | 2026-11-21 20:00
后天10点                               | 2026-11-22 10:00
大后天10点                             | 2026-11-23 10:00
2小时后                                | 2026-11-21 01:30
两个小时后                             | 2026-11-21 01:30
两个半小时后                           | 2026-11-21 02:00
半小时后                               | 2026-11-21 00:00
三天后上午10点                         | 2026-11-23 10:00
下周五18:30                            | 2026-11-27 18:30
下周一十点                             | 2026-11-23 10:00
下星期三下午两点                       | 2026-11-25 14:00
周五晚上8点                            | 2026-11-27 20:00
星期天中午                             | 2026-11-22 12:00
今晚11点45分                           | 2026-11-20 23:45
今晚12点                               | 2026-11-21 00:00
12月25日14点                           | 2026-12-25 14:00
十二月二十五日下午两点                 | 2026-12-25 14:00
2026年12月25日14:00                    | 2026-12-25 14:00
25号上午10点                           | 2026-11-25 10:00
明天凌晨2点                            | 2026-11-21 02:00
明天中午12点                           | 2026-11-21 12:00
明天上午9點                            | 2026-11-21 09:00
２小时后                               | 2026-11-21 01:30
"""

OTHER_LANGUAGES = """
de | morgen um 9 Uhr                  | 2026-11-21 09:00
de | morgen um 9                      | 2026-11-21 09:00
de | übermorgen 18 Uhr                | 2026-11-22 18:00
de | Freitag 18:30                    | 2026-11-27 18:30
de | in 3 Stunden                     | 2026-11-21 02:30
de | in zwei Stunden                  | 2026-11-21 01:30
de | am 25. Dezember um 14 Uhr 30     | 2026-12-25 14:30
de | morgen                           | 2026-11-21 09:00
de | 25.12. 14:00                     | 2026-12-25 14:00
fr | demain à 9h                      | 2026-11-21 09:00
fr | demain à 18h30                   | 2026-11-21 18:30
fr | dans 2 heures                    | 2026-11-21 01:30
fr | vendredi à 18:30                 | 2026-11-27 18:30
fr | 25 décembre à 14 heures          | 2026-12-25 14:00
pt | amanhã às 10                     | 2026-11-21 10:00
pt | amanhã às 10h30                  | 2026-11-21 10:30
pt | em 2 horas                       | 2026-11-21 01:30
pt-BR | sexta-feira 18:30             | 2026-11-27 18:30
uk | завтра о 9                       | 2026-11-21 09:00
uk | через 2 години                   | 2026-11-21 01:30
uk | післязавтра о 10:30              | 2026-11-22 10:30
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


OWN = [
    (language, *row)
    for language, table in (("en-GB", ENGLISH), ("ru", RUSSIAN), ("es", SPANISH), ("zh-hans", CHINESE))
    for row in rows(table)
]


def local(words: str, language: str | None) -> str:
    return f"{resolve(words, now=NOW, zone=MADRID, language=language).local:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(("language", "words", "expected"), [*OWN, *rows(OTHER_LANGUAGES)])
def test_a_phrase_is_read_as_people_mean_it(language: str, words: str, expected: str) -> None:
    assert local(words, language) == expected


@pytest.mark.parametrize(("words", "expected"), [row[1:] for row in OWN])
def test_our_four_languages_need_not_be_named(words: str, expected: str) -> None:
    assert local(words, None) == expected


def test_the_table_is_as_large_as_promised() -> None:
    assert len(OWN) >= 120
