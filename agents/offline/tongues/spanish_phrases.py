"""Which Spanish sentences may stand in any post, because they state no fact, and which does the drafter say itself?"""

from __future__ import annotations

from agents.offline.tongues.tongue import Phrases, Say, Structure, Tone, pattern

PHRASES = Phrases(
    hooks={
        Structure.ANNOUNCE: ("¡Buenas noticias: {topic}!", "¡Atención: {topic}!", "Novedades: {Fact}"),
        Structure.OFFER: ("{Offer}: {topic}", "{Topic}: {offer}", "¡{Offer}! {Fact}"),
        Structure.QUESTION: ("¿Ya sabes lo de {topic}?", "¿Te has enterado? {Topic}", "¿Lo sabías? {Fact}"),
        Structure.LIST: ("{Topic}: lo que debes saber", "{Topic}, de un vistazo", "{Fact}"),
    },
    only="{Core}, solo {deadline}",
    until_calls=(
        "Solo {deadline}. ¡No te lo pierdas!",
        "Date prisa: solo {deadline}.",
        "No lo dejes pasar: solo {deadline}.",
    ),
    deadline_calls=("No lo olvides: {deadline}.", "Tenlo en cuenta: {deadline}."),
    when_calls=("Apunta la fecha: {when}.", "Márcalo en tu calendario: {when}."),
    link_calls=("Más información: {link}", "Todos los detalles: {link}", "Míralo aquí: {link}"),
    soft_calls=(
        "Cuéntaselo a quien le pueda gustar.",
        "¿Tienes preguntas? Escríbenos.",
        "¿Qué te parece? Te leemos en los comentarios.",
        "Comparte esta publicación.",
    ),
    openers={
        Tone.FRIENDLY: "¡Hola a todos! 👋",
        Tone.FORMAL: "Nos complace comunicarles lo siguiente.",
        Tone.PLAYFUL: "Psst… ¿a que no adivinas? 👀",
        Tone.URGENT: "⏰ ¡No te lo pierdas!",
    },
    closers={
        Tone.FRIENDLY: "¡Nos encantará leerte! 😊",
        Tone.FORMAL: "Quedamos a su disposición.",
        Tone.PLAYFUL: "Ya sabes lo que toca 😉",
        Tone.URGENT: "¡No esperes, es el momento!",
    },
    extensions=(
        "¿Por qué te lo contamos? Porque no queremos que te lo pierdas.",
        "En pocas palabras: {offer}.",
        "Lo repetimos para que nadie se despiste: {deadline}.",
        "¡Te esperamos {when}!",
        "¿Conoces a alguien a quien le interese? Comparte esta publicación.",
        "Guarda esta publicación para encontrarla cuando la necesites.",
        "Si algo no queda claro, pregúntanos: respondemos con gusto.",
        "Y ahora te toca a ti: ¿qué te parece?",
    ),
    formal={"genial": "excelente", "chulo": "atractivo", "súper": "muy"},
    fillers=pattern(
        r"\b(?:realmente|simplemente|muy|de verdad|la verdad es que|básicamente|por supuesto)\s+"
    ),
)

ANSWERS: dict[Say, str] = {
    Say.WHO: (
        "Soy el redactor sin conexión: un conjunto de reglas, no ChatGPT ni un modelo de lenguaje. Convierto tus propias palabras en publicaciones sin clave ni red. "
        "Para usar un modelo de lenguaje, configura OPENAI_API_KEY y elígelo en /agents."
    ),
    Say.HELP: (
        "Dime de qué trata la publicación, por ejemplo: «Escribe una publicación sobre nuestras rebajas de otoño, 20 % de descuento hasta el domingo». Puedo hacerla más corta, "
        "más larga, más amistosa o más formal, poner o quitar hashtags y emojis, cambiar palabras, convertirla en lista y resumir un texto."
    ),
    Say.GREETING: "¡Hola! Soy el redactor sin conexión.",
    Say.THANKS: "De nada. Envíame el siguiente tema o dime qué cambiar.",
    Say.DRAFTED: "Aquí tienes un borrador con tus propias palabras. Dime qué cambiar.",
    Say.REVISED: "Aquí está el borrador cambiado. Dime si quieres algo más.",
    Say.UNCHANGED: "Eso no cambiaría nada en el borrador. Pide otro cambio u otra versión.",
    Say.NOTHING_TO_ADD: "No puedo alargarlo sin inventar nada. Envíame otro dato y lo añado.",
    Say.ASK_TOPIC: "¿De qué trata la publicación? Envíame el tema y los datos: precio, día o enlace.",
    Say.ASK_TEXT: "Todavía no hay borrador. Envíame el texto o dime sobre qué escribir.",
    Say.ASK_CHANGE: (
        "Soy el redactor sin conexión y no sé hacer eso con reglas. Puedo acortar, alargar, cambiar el tono (amistoso, formal, divertido, urgente, neutro), "
        "cambiar palabras y poner o quitar hashtags, emojis y enlaces."
    ),
    Say.NO_TRANSLATION: (
        "No puedo traducir: el redactor sin conexión no tiene diccionario. Conecta un modelo de lenguaje con OPENAI_API_KEY y elígelo en /agents, "
        "o envíame el texto en el otro idioma."
    ),
    Say.NO_ANSWERS: (
        "Soy el redactor sin conexión y no respondo preguntas de conocimiento. Escribo y cambio publicaciones con tus palabras; "
        "para respuestas conecta un modelo de lenguaje con OPENAI_API_KEY."
    ),
    Say.NO_QUEUE: "Desde aquí no veo la cola. Abre /queue.",
    Say.NO_TIMES: "Desde aquí no veo horas libres. Usa el botón de programar bajo un borrador.",
    Say.NO_SAVING: "Desde aquí no puedo guardar. Usa el botón de guardar bajo el borrador o /collections.",
    Say.NO_USAGE: "Desde aquí no veo el uso. Abre /usage.",
    Say.FAILED: "No ha funcionado: {reason}",
    Say.DONE: "Hecho.",
    Say.COLLECTION: "Borradores",
}
