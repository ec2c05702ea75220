"""Home languages: names, ISO codes and the exports' own codes, read as ISO 639-1."""

import re
from collections.abc import Mapping

ISO_LANGUAGES = {
    iso: words.split()
    for iso, words in {
        "en": "eng english inglés ingles",
        "es": "spa spanish español espanol castilian",
        "ar": "ara arabic", "bn": "ben bengali", "bg": "bul bulgarian", "zh": "zho chi chinese "
        "mandarin cantonese", "cs": "ces cze czech", "de": "deu ger german", "el": "ell gre greek",
        "fa": "fas per farsi persian", "fr": "fra fre french", "gu": "guj gujarati", "he": "heb "
        "hebrew", "hi": "hin hindi", "hmn": "hmong", "hu": "hun hungarian", "hy": "hye arm "
        "armenian", "it": "ita italian", "ja": "jpn japanese", "km": "khm khmer cambodian",
        "ko": "kor korean",
        "ku": "kur kurdish", "lo": "lao laotian", "lt": "lit lithuanian", "nl": "nld dut dutch",
        "pa": "pan panjabi punjabi", "pl": "pol polish", "ps": "pus pashto", "pt": "por portuguese",
        "ro": "ron rum romanian", "ru": "rus russian", "sk": "slk slovak", "so": "som somali",
        "sq": "sqi alb albanian", "sw": "swa swahili", "ta": "tam tamil", "te": "tel telugu",
        "tl": "tgl tagalog filipino pilipino", "tr": "tur turkish", "uk": "ukr ukrainian",
        "ur": "urd urdu", "vi": "vie vietnamese", "cy": "cym wel welsh", "yo": "yor yoruba",
    }.items()
}  # fmt: skip
_LANGUAGE = {word: iso for iso, words in ISO_LANGUAGES.items() for word in (iso, *words)}


def read_language(text: str, codes: Mapping[str, str]) -> str:
    """Return the ISO 639-1 code of a language given by the export's code, a name or ISO 639."""
    plain = text.strip()
    if plain in codes:
        return codes[plain]
    return _LANGUAGE.get(re.split(r"[^\w]", plain.casefold(), maxsplit=1)[0], "")
