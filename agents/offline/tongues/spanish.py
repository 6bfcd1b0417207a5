"""What does the offline drafter know of Spanish?"""

from __future__ import annotations

from agents.offline.tongues.spanish_phrases import ANSWERS, PHRASES
from agents.offline.tongues.tongue import Intent, Moments, Tone, Tongue, instructions, pattern

_IT = r"(?:esto|este|lo|(?:el|este|mi|la|esta) (?:texto|post|borrador|mensaje|publicaci[oó]n))"
_POLITE = r"(?:¿|¡)*(?:(?:por favor|ahora|y|pero|puedes|podr[ií]as|hola|vale)[,.!]*\s+){0,4}"
_END = r"(?:[,\s]+(?:por favor|ahora|un poco|gracias)){0,2}[\s.!?]*"
_PAYLOAD = r"(?:\s*(?::|\n)\s*(?P<payload>.+?))?"
_MONTH = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
_DAY = (
    rf"(?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo|hoy|esta noche|mañana|medianoche|navidad|(?:el )?(?:fin(?:al)?|finales) de (?:semana|mes|año|{_MONTH})|"
    rf"(?:d[ií]a )?\d{{1,2}} de {_MONTH}|{_MONTH}|\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?|\d{{4}}-\d\d-\d\d)"
)
_CLOCK = r"(?:,? (?:a|desde) las? \d{1,2}(?:[:.]\d\d)?(?: ?h(?:oras)?\b)?)"
_POST = r"(?:posts?|publicaci[oó]n(?:es)?|textos?|tuits?|tweets?|anuncios?|mensajes?|entradas?|notas?)"
_ASK = (
    r"\A[¿¡]*(?:(?:hola|por favor|puedes|podr[ií]as|me puedes|necesito|quiero|queremos|ahora)[,.!]*\s+){0,4}"
)
_VERB = r"(?:escr[ií]b(?:e|a|ir|irme|eme|enos)|redact(?:a|e|ar)|cre(?:a|e|ar)|haz(?:me|nos)?|hacer|prepar(?:a|e|ar)|gener(?:a|e|ar)|publica|dame|necesito|quiero)"

SPANISH = Tongue(
    code="es",
    stop_words=frozenset(
        [
            "a",
            "al",
            "algo",
            "ante",
            "aquí",
            "así",
            "aún",
            "bien",
            "cada",
            "como",
            "cómo",
            "con",
            "cual",
            "cuando",
            "cuándo",
            "de",
            "del",
            "desde",
            "donde",
            "dónde",
            "dos",
            "e",
            "el",
            "él",
            "ella",
            "ellas",
            "ellos",
            "en",
            "entre",
            "era",
            "eres",
            "es",
            "esa",
            "ese",
            "eso",
            "esta",
            "está",
            "están",
            "estas",
            "este",
            "esto",
            "estos",
            "fue",
            "ha",
            "hasta",
            "hay",
            "la",
            "las",
            "le",
            "les",
            "lo",
            "los",
            "más",
            "me",
            "mi",
            "mis",
            "mucho",
            "muy",
            "nada",
            "ni",
            "no",
            "nos",
            "nosotros",
            "nuestra",
            "nuestras",
            "nuestro",
            "nuestros",
            "o",
            "os",
            "otra",
            "otro",
            "para",
            "pero",
            "poco",
            "por",
            "porque",
            "que",
            "qué",
            "quien",
            "se",
            "sea",
            "ser",
            "si",
            "sí",
            "sin",
            "sobre",
            "solo",
            "sólo",
            "son",
            "su",
            "sus",
            "también",
            "te",
            "tiene",
            "todo",
            "todos",
            "tu",
            "tus",
            "un",
            "una",
            "unas",
            "uno",
            "unos",
            "usted",
            "vamos",
            "y",
            "ya",
            "yo",
            "nueva",
            "nuevo",
            "nuevos",
            "nuevas",
            "descuento",
            "ciento",
        ],
    ),
    wishes=instructions(
        _POLITE,
        _END,
        (
            (
                Intent.WHO,
                (
                    r"(?:qui[eé]n|qu[eé]) eres(?: t[uú])?|(?:t[uú] )?eres .{0,20}?(?:chat ?gpt|gpt|ia|inteligencia artificial|modelo|robot|bot|human[oa]|persona).{0,30}|"
                    r"(?:esto )?es .{0,6}(?:chat ?gpt|una ia).{0,20}|qu[eé] modelo (?:eres|usas|es).{0,20}"
                ),
            ),
            (
                Intent.HELP,
                r"ayuda|ay[uú]dame|qu[eé] (?:puedes|sabes|puedo) hacer(?: aqu[ií])?|c[oó]mo funciona(?:s| esto)?",
            ),
            (Intent.GREET, r"hola|buenos d[ií]as|buenas(?: tardes| noches)?|saludos"),
            (
                Intent.THANKS,
                r"(?:muchas |mil )?gracias|perfecto|genial|muy bien|vale|bien|estupendo|me gusta",
            ),
            (
                Intent.AGAIN,
                rf"otra vez|de nuevo|(?:otra|otro|una nueva|un nuevo)(?: versi[oó]n| variante| borrador| vez| intento)?|reescr[ií]be(?:lo)?(?: {_IT})?|int[eé]ntalo de nuevo|no me gusta",
            ),
            (
                Intent.SHORTEN,
                rf"(?:acorta(?:r|lo)?|recorta(?:r|lo)?|resum(?:e|ir)? m[aá]s|m[aá]s (?:corto|corta|breve))(?: {_IT})?{_PAYLOAD}|(?:hazlo|hazla|haz {_IT}) (?:un poco |mucho )?m[aá]s (?:corto|corta|breve){_PAYLOAD}|(?:es )?demasiado larg[oa]",
            ),
            (
                Intent.LENGTHEN,
                rf"(?:alarga(?:r|lo)?|ampl[ií]a(?:r|lo)?|m[aá]s (?:largo|larga|detallado|detalles))(?: {_IT})?{_PAYLOAD}|(?:hazlo|hazla|haz {_IT}) (?:un poco |mucho )?m[aá]s (?:largo|larga|detallado){_PAYLOAD}|(?:es )?demasiado cort[oa]",
            ),
            (
                Intent.LIST,
                rf"(?:hazlo|haz {_IT}|convi[eé]rtelo|convierte {_IT}|ponlo|en forma de|como)(?: en| como| en forma de)?(?: una)? (?:lista|puntos|viñetas){_PAYLOAD}",
            ),
            (
                Intent.REMOVE_HASHTAGS,
                r"(?:quita(?:r)?|elimina(?:r)?|borra(?:r)?|sin)(?: todos)?(?: los)? (?:hashtags?|etiquetas)",
            ),
            (
                Intent.ADD_HASHTAGS,
                r"(?:añade|agrega|pon|incluye|con)(?: unos| algunos| los| m[aá]s)? (?:hashtags?|etiquetas)(?:\s*:?\s*(?P<payload>#.+))?|(?:añade|agrega|pon) (?P<tags>#.+)",
            ),
            (
                Intent.REMOVE_EMOJI,
                r"(?:quita(?:r)?|elimina(?:r)?|borra(?:r)?|sin)(?: todos)?(?: los)? (?:emojis?|emoticonos)",
            ),
            (
                Intent.ADD_EMOJI,
                r"(?:añade|agrega|pon|incluye|con)(?: unos| algunos| los| m[aá]s)? (?:emojis?|emoticonos)",
            ),
            (
                Intent.REPLACE,
                r"(?:reemplaza|sustituye|cambia)(?: la palabra| las palabras)? [\"'«“]?(?P<old>.{1,200}?)[\"'»”]? (?:por|con) [\"'«“]?(?P<new>.{1,400}?)[\"'»”]?",
            ),
            (
                Intent.ADD_TEXT,
                r"(?:añade|agrega|incluye|pon) (?:el |este |un )?(?:enlace|link|url)[: ]+(?P<link>\S+)|(?:añade|agrega|incluye|menciona)(?: tambi[eé]n)?(?: que|:)? (?P<payload>.+?)",
            ),
            (
                Intent.REMOVE_TEXT,
                r"(?:quita|elimina|borra)(?: la palabra| la frase)? [\"'«“]?(?P<old>.{2,300}?)[\"'»”]?",
            ),
            (
                Intent.SUMMARISE,
                rf"(?:resum(?:e|ir|en)|haz(?:me)? un resumen(?: de)?|resumen(?: de)?)(?: (?:{_IT}|este art[ií]culo|el art[ií]culo|el siguiente texto))?{_PAYLOAD}",
            ),
            (
                Intent.TRANSLATE,
                r"trad[uú](?:ce|cir|celo|zca).{0,60}?(?:[:\n].+)?|(?:en|al) (?:ingl[eé]s|ruso|chino|español|alem[aá]n|franc[eé]s)",
            ),
            (
                Intent.QUEUE,
                r"(?:qu[eé]|muestra|muéstrame|ver|enseña|cu[aá]les?)(?: me)?.{0,30}(?:cola|programad|planead|planificad).{0,25}|(?:la |mi )?cola",
            ),
            (
                Intent.TIMES,
                r"cu[aá]ndo .{0,30}(?:publicar|publico|postear|publicamos|hora).{0,30}|(?:prop[oó]n|sugiere|qu[eé]|mejor|cu[aá]l es la mejor).{0,20}horas?.{0,30}",
            ),
            (
                Intent.SAVE,
                rf"(?:gu[aá]rda(?:lo|la|r)?|guarda {_IT})(?: (?:en|como)(?: la| mi| una)?(?: colecci[oó]n)?\s*[\"'«“]?(?P<name>.{{1,80}}?)[\"'»”]?)?",
            ),
            (
                Intent.USAGE,
                r"(?:muestra|muéstrame|cu[aá]nto|cu[aá]l es|ver).{0,30}(?:uso|gast|cost|consum|tokens|presupuesto).{0,30}|(?:mi |el )?(?:uso|gasto|consumo)|(?:los |mis )?(?:n[uú]meros|estad[ií]sticas)",
            ),
            (
                Intent.TONE,
                rf"(?:haz|hazlo|hazla|ponlo|escr[ií]belo|cambia|que suene|con)(?: {_IT})?(?: el)?(?: tono)?(?: (?:m[aá]s|menos|a|en|un|uno|tono|un poco|de manera|de forma))* (?P<tone>[a-záéíóúñ]+)(?: tono)?{_PAYLOAD}|(?:un tono )?(?:m[aá]s |menos )?(?P<tone>[a-záéíóúñ]+)",
            ),
            (
                Intent.REWORK,
                r"(?:haz|hazlo|mejora|corrige|cambia|arregla|modifica|otro tono)(?:lo|la)?\b.{0,80}|mejor",
            ),
        ),
    ),
    heads=(
        pattern(
            rf"{_ASK}(?:{_VERB}\s+|(?<=quiero )|(?<=necesito ))(?:(?:un|una|el|la|otro|otra)\s+)?(?P<adjectives>(?:[\w-]+\s+){{0,2}}?){_POST}\b(?P<adjectives2>(?:\s+(?:breve|corto|corta|\w+(?:os[oa]|al|ad[oa]|nte|rtid[oa]))\b){{0,2}})"
            r"(?:\s+(?:para|en)\s+(?:(?:nuestro|mi|el|la|nuestra)\s+)?(?:canal|instagram|facebook|linkedin|telegram|x|twitter|seguidores|p[aá]gina)\b)?"
            r"\s*(?:(?P<about>sobre|acerca de|para anunciar|anunciando|promocionando|de|para)\s+|(?P<content>(?:que diga(?: que)?|diciendo que|(?:a partir|con base|basad[oa]) (?:de|en) (?:esto|este texto|lo siguiente)|con este texto)?\s*[:\-–—,\n.]*\s*))(?P<rest>.*)\Z"
        ),
        pattern(
            rf"\A(?:(?:un|una)\s+)?{_POST}\s+(?:(?P<about>sobre|acerca de)\s+|(?P<content>:\s*))(?P<rest>.*)\Z"
        ),
        pattern(rf"{_ASK}(?:anuncia|promociona|habla de|cuenta)\s+(?P<about>)(?P<rest>(?!que\b).+)\Z"),
        pattern(rf"{_ASK}(?P<content>(?:anuncia|cuenta|di|escribe|publica)(?: que\b|\s*:)\s*)(?P<rest>.+)\Z"),
    ),
    tones=(
        (Tone.FRIENDLY, pattern(r"\b(?:amistos|amable|cercan|c[aá]lid|informal|simp[aá]tic|amigable)\w*")),
        (Tone.FORMAL, pattern(r"\b(?:formal|profesional|seri[oa]|oficial|corporativ)\w*")),
        (Tone.PLAYFUL, pattern(r"\b(?:divertid|juguet[oó]n|graci|alegre|humor|desenfadad)\w*")),
        (Tone.URGENT, pattern(r"\b(?:urgente|apremiante|insistente|llamativ|directo)\w*")),
        (Tone.NEUTRAL, pattern(r"\b(?:neutr|sobri|objetiv|sencill|tranquil|simple)\w*")),
    ),
    asides=(
        (Intent.REMOVE_HASHTAGS, pattern(r"(?:\by )?\bsin (?:hashtags|etiquetas)\b")),
        (Intent.REMOVE_EMOJI, pattern(r"(?:\by )?\bsin (?:emojis?|emoticonos)\b")),
        (Intent.ADD_EMOJI, pattern(r"(?:\by )?\bcon (?:algunos )?(?:emojis?|emoticonos)\b")),
        (Intent.SHORTEN, pattern(r"\bque sea (?:breve|corto|corta)\b")),
        (Intent.LIST, pattern(r"\b(?:en forma de|como) lista\b")),
        (Intent.TONE, pattern(r"\b(?:con|en) (?:un )?tono (?P<tone>[a-záéíóúñ]+)\b")),
        (Intent.THANKS, pattern(r"\b(?:por favor|gracias)(?=[\s.!,]*\Z)")),
    ),
    question=pattern(
        r"\A[¿\s]*(?:qu[eé]|por qu[eé]|c[oó]mo|cu[aá]ndo|d[oó]nde|qui[eé]n|cu[aá]l|cu[aá]nto|puedes|eres|es)\b.*\?\s*\Z"
    ),
    dangling=pattern(r"(?:[\s,;:–—-]|\b(?:con|para|en|a|por|desde|y|de|del|el|la|un|una))+\Z"),
    possessive=pattern(r"\A(?:(?:nuestr[oa]s?|el|la|los|las|un|una|mi|este|esta|nuev[oa]|gran)\s+)+"),
    moments=Moments(
        deadline=pattern(
            rf"\b(?:s[oó]lo )?(?:hasta|antes de[l]?)(?: el| la)?(?: pr[oó]ximo| este)? {_DAY}\b{_CLOCK}?"
        ),
        until=pattern(r"\Ahasta\b"),
        when=pattern(
            rf"\b(?:(?:el|este|pr[oó]ximo|desde)\s+){{0,3}}{_DAY}\b(?:,? \d{{1,2}} de {_MONTH})?{_CLOCK}?"
        ),
        offer=pattern(
            r"(?:hasta (?:un )?)?(?<!\d)\d{1,6}(?:[.,]\d{1,3})? ?(?:%|por ciento)(?: de descuento| menos)?|\b[23]x[12]\b|\b\w{1,30} gratis|a mitad de precio"
        ),
    ),
    phrases=PHRASES,
    answers=ANSWERS,
)
