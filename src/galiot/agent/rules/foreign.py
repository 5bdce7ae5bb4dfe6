"""Plain commands in Spanish, French and German, turned into the English shapes that `commands.py` reads.

Only verbs and the words around values are turned; names stay as they are, and things, rooms and kinds are found by
their own words. It is for what the sentence templates of those languages leave out.
"""

from __future__ import annotations

import re

_ES = (
    (r"^(?:por favor|oye|hola|puedes|podrias|quiero|quisiera|me gustaria)[ ,]+", ""),
    (r"[ ,]+(?:por favor|gracias)$", ""),
    (r"^(?:quiero |necesito )?que (?:se )?(?:abran?|abras) ", "open "),
    (r"^(?:quiero |necesito )?que (?:se )?(?:cierren?|cierres) ", "close "),
    (r"^(?:apaga|apagar|desactiva|desactivar|desconecta|desconectar|quita|quitar|apague|para|parar) ", "turn off "),
    (r"^(?:enciende|encender|prende|prender|activa|activar|conecta|conectar|encienda) ", "turn on "),
    (r"^(?:pon|poner|ponga) en marcha ", "turn on "),
    (r"^(?:pon|poner|ponga) (.+) en marcha$", r"turn on \1"),
    (r"^(?:pon|poner|ponga) (.+) en pausa$", r"turn off \1"),
    (
        (
            r"^(?:abre|abrir|abra|sube|subir) ((?:las? |los? |el )?(?:persiana|cortina|toldo|estor|"
            r"puerta|ventana|garaje).*)$"
        ),
        r"open \1",
    ),
    (
        (
            r"^(?:cierra|cerrar|cierre|baja|bajar) ((?:las? |los? |el )?(?:persiana|cortina|toldo|estor|"
            r"ventana|garaje).*)$"
        ),
        r"close \1",
    ),
    (r"^(?:desbloquea|desbloquear) ", "unlock "),
    (r"^(?:bloquea|bloquear) ", "lock "),
    (r"^(?:abre|abrir) ", "open "),
    (r"^(?:cierra|cerrar) ", "close "),
    (r"^(?:sube|subir|aumenta|aumentar) ", "turn up "),
    (r"^(?:baja|bajar|reduce|reducir) ", "turn down "),
    (r"^(?:pon|poner|ajusta|ajustar|cambia|cambiar|fija|configura|establece|ponga) ", "set "),
    (r"^set (?!.* (?:al?|en (?!(?:el|la|los|las) (?!modo))) )", "turn on "),
    (r"^(.+), (?:apagad[ao]s?|apaga|off)$|^(.+) apagad[ao]s?$", r"turn off \1\2"),
    (r"^(.+), (?:encendid[ao]s?|enciende|on)$|^(.+) encendid[ao]s?$", r"turn on \1\2"),
    (r"\b(?:el brillo|la intensidad) (?:de )?", "the brightness of "),
    (r"\bla temperatura (?:del?|de la) ", "the temperature of "),
    (r"\bla temperatura\b", "the temperature"),
    (r"\bel volumen (?:del?|de la) ", "the volume of "),
    (r"\bgrados(?: celsius| centigrados)?\b", "degrees"),
    (r"\b(?:a la mitad)\b", "to 50 percent"),
    (r"\bal maximo\b", "to 100 percent"),
    (r"\bal minimo\b", "to 1 percent"),
    (r" (?:al?) (\d[\d.]*)", r" to \1"),
    (r"\bpor ciento\b", "percent"),
    (r" en (?:el |la |los |las )?", " in "),
)
_FR = (
    (r"^(?:s'il te plait|s'il vous plait|peux tu|pouvez vous|pourrais tu|je veux|je voudrais|veuillez)[ ,]+", ""),
    (r"[ ,]+(?:s'il te plait|s'il vous plait|merci|svp)$", ""),
    (r"^(?:eteins|eteindre|eteignez|desactive|desactiver|coupe|couper|arrete|arreter) ", "turn off "),
    (r"^(?:allume|allumer|allumez|active|activer|demarre|demarrer) ", "turn on "),
    (r"^(?:mets|mettre|mettez) en (?:marche|route) ", "turn on "),
    (r"^(?:mets|mettre|mettez) (.+) en (?:marche|route)$", r"turn on \1"),
    (r"^(?:mets|mettre|mettez) (.+) (?:en|a l') ?arret$", r"turn off \1"),
    (r"^(?:ouvre|ouvrir|ouvrez) ", "open "),
    (r"^(?:ferme|fermer|fermez) ", "close "),
    (r"^(?:verrouille|verrouiller|verrouillez) ", "lock "),
    (r"^(?:deverrouille|deverrouiller|deverrouillez) ", "unlock "),
    (r"^(?:augmente|augmenter|monte|monter) ", "turn up "),
    (r"^(?:baisse|baisser|diminue|diminuer|reduis) ", "turn down "),
    (r"^(?:mets|mettre|mettez|regle|regler|reglez|change|changer|passe|ajuste) ", "set "),
    (r"^set (?!.* (?:a (?!(?:manger|coucher|laver|skis?)\b)|sur ))", "turn on "),
    (r"^(.+), (?:eteins|eteindre)(?: la| le| les)?$", r"turn off \1"),
    (r"^(.+), (?:allume|allumer)(?: la| le| les)?$", r"turn on \1"),
    (r"\bla luminosite (?:de )?", "the brightness of "),
    (r"\bla temperature (?:de |du )", "the temperature of "),
    (r"\bla temperature\b", "the temperature"),
    (r"\ble volume (?:de |du )", "the volume of "),
    (r"\bdegres(?: celsius)?\b", "degrees"),
    (r"\b(?:a la moitie|a moitie)\b", "to 50 percent"),
    (r"\b(?:au maximum)\b", "to 100 percent"),
    (r" (?:a|sur) (\d[\d.]*)", r" to \1"),
    (r"\bpour ?cent\b", "percent"),
    (r"\bdans\b", "in"),
)
_DE = (
    (r"^(?:bitte|kannst du|konntest du|konnen sie|ich mochte)[ ,]+", ""),
    (r"\b(?:bitte|mal|danke)\b", ""),
    (r"^(?:schalte?|mache?|stelle?|drehe?) (.+) (?:ein|an)$", r"turn on \1"),
    (r"^(?:schalte?|mache?|stelle?|drehe?) (.+) aus$", r"turn off \1"),
    (r"^(?:aktiviere|starte) ", "turn on "),
    (r"^(?:deaktiviere|stoppe) ", "turn off "),
    (r"^(?:offne|mache?) (.+?)(?: auf)?$", r"open \1"),
    (r"^(?:schliesse?) ", "close "),
    (r"^mache? (.+) zu$", r"close \1"),
    (r"^(?:verriegele?|sperre) (.+?)(?: ab| zu)?$", r"lock \1"),
    (r"^schliesse? (.+) ab$", r"lock \1"),
    (r"^(?:entriegele?|entsperre) ", "unlock "),
    (r"^schliesse? (.+) auf$", r"unlock \1"),
    (r"^(.+) (?:ein|an)$", r"turn on \1"),
    (r"^(.+) aus$", r"turn off \1"),
    (r"^(?:stelle?|setze?|dimme?|regele?|drehe?) (.+?) (?:auf) (\d.*)$", r"set \1 to \2"),
    (r"\bdie helligkeit (?:der |des |vom |von )?", "the brightness of "),
    (r"\bdie temperatur (?:im |in der |in |des |der )", "the temperature of "),
    (r"\bdie temperatur\b", "the temperature"),
    (r"\bdie lautstarke (?:des |der |vom |von )?", "the volume of "),
    (r"\bgrad(?: celsius)?\b", "degrees"),
    (r"\bprozent\b", "percent"),
    (r"\bim\b", "in"),
)
_TABLES = {"es": _ES, "fr": _FR, "de": _DE}
_SIGNS = {
    "es": {
        "apaga",
        "apagar",
        "enciende",
        "encender",
        "prende",
        "pon",
        "poner",
        "abre",
        "cierra",
        "sube",
        "baja",
        "desactiva",
        "activa",
        "ajusta",
        "cambia",
        "bloquea",
        "desbloquea",
        "desconecta",
        "quita",
        "quiero",
        "abran",
        "cierren",
        "por",
        "favor",
        "apagada",
        "apagadas",
        "encendida",
        "encendidas",
        "grados",
        "luz",
        "del",
        "el",
        "los",
        "las",
        "al",
        "la",
    },
    "fr": {
        "allume",
        "allumer",
        "eteins",
        "eteindre",
        "mets",
        "mettre",
        "ouvre",
        "ouvrir",
        "ferme",
        "fermer",
        "verrouiller",
        "deverrouiller",
        "regle",
        "regler",
        "augmente",
        "baisse",
        "active",
        "desactive",
        "le",
        "la",
        "les",
        "du",
        "dans",
        "lumiere",
        "lampe",
        "degres",
        "allumez",
        "eteignez",
        "mettez",
        "ouvrez",
        "fermez",
        "verrouillez",
        "deverrouillez",
        "verrouille",
        "deverrouille",
        "des",
    },
    "de": {
        "schalte",
        "schalt",
        "mach",
        "mache",
        "stelle",
        "stell",
        "dimme",
        "offne",
        "schliesse",
        "das",
        "der",
        "die",
        "im",
        "auf",
        "ein",
        "aus",
        "an",
        "licht",
        "bitte",
        "grad",
        "prozent",
        "den",
        "dem",
        "aktiviere",
        "verriegele",
        "dreh",
        "drehe",
    },
}


def language_of(words: tuple[str, ...]) -> str | None:
    """Return the language that can be turned and has at least two of the words, or one of two."""
    counts = {code: sum(word in signs for word in words) for code, signs in _SIGNS.items()}
    best = max(counts, key=lambda code: counts[code])
    enough = counts[best] >= 2 or (counts[best] == 1 and len(words) <= 2)
    return best if enough and list(counts.values()).count(counts[best]) == 1 else None


def to_english(text: str, language: str) -> str | None:
    """Return a command in the English shape, None where its verb is not known; `text` is folded."""
    table = _TABLES.get(language)
    if table is None:
        return None
    before = text
    for pattern, instead in table:
        text = re.sub(pattern, instead, text).strip(" ,")
    verb = r"(?:turn|open|close|lock|unlock|set) "
    return text if re.match(verb, text) and text != before else None
