"""Whether a text is English; a text in another language is set aside with a word, not misread."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

from bot.ports import Notice

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier  # type: ignore[import-untyped]

ENGLISH = "en"
SEARCHED = 10_000  #: characters from the beginning that are looked at
SHORTEST = 60  #: letters from which a guess between languages of one script is worth something
SURE = 0.9  #: probability, shared by languages that are not English, from which a text is set aside
_GLANCE = 2_000  #: characters
_COMMON = frozenset("the of and to that for with said was from by has at".split())
LANGUAGES = {
    "af": "Afrikaans",
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mk": "Macedonian",
    "ms": "Malay",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "so": "Somali",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "th": "Thai",
    "tl": "Filipino",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}  #: by their ISO 639-1 codes: those in which much news is written


def foreign(text: str) -> str | None:
    """The name of the language that ``text`` looks like when it is surely not English; None otherwise.

    A text mostly in letters that are not Latin is not English however short. Else it must be long enough, and all
    likelihood must lie with other languages.
    """
    if _plainly_english(text):
        return None
    letters = [letter for letter in text[:SEARCHED] if letter.isalpha()]
    if not letters:
        return None
    other = sum(not unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN")) for letter in letters)
    if other * 2 <= len(letters) and len(letters) < SHORTEST:
        return None
    ranks = _identifier().rank(text[:SEARCHED])
    if other * 2 > len(letters):
        return next(LANGUAGES[code] for code, _ in ranks if code != ENGLISH)
    if 1 - dict(ranks)[ENGLISH] < SURE:
        return None
    return LANGUAGES[ranks[0][0]]


def aside(where: str, language: str) -> Notice:
    """What is told of an article in a language, by its name, that is not read."""
    return Notice(where=where, text=f"set aside: it looks like {language}, and I read English only", is_aside=True)


def name_of(code: str) -> str:
    """The name of a language by its code, like "fr" or "fr-CA"; the code itself for one not known here."""
    return LANGUAGES.get(code.lower().replace("_", "-").partition("-")[0], code)


def _plainly_english(text: str) -> bool:
    """Whether the commonest words alone settle it; most articles then cost nothing, and the model is not loaded."""
    words = re.findall(r"[^\W\d_]+", text[:_GLANCE].lower())
    common = sum(word in _COMMON for word in words)
    return words.count("the") * 50 > len(words) > 50 and common * 8 > len(words)


@functools.cache
def _identifier() -> LanguageIdentifier:
    """The model, 0.7 s and about 80 MB, restricted to ``LANGUAGES``; it is only read."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
