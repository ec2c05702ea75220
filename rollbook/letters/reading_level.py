"""How hard a letter is to read, and which of its sentences are the hardest: advice, never a bar.

Families act on letters they understand: notices under 150 words at a fifth-grade level worked
better than long legal ones (Lasky-Fink and others 2021). English is measured by the Flesch–Kincaid
grade; Spanish by Fernández Huerta, with the words of the INFLESZ scale for Szigriszt's measure.
All of them only count words, sentences and syllables: a low grade is no proof of a clear letter.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

MOST_WORDS = 150
"""What a notice to a family in the United States stays under where its statute allows."""

HARDEST_GRADE = 6
"""The reading level letters aim at: grade 5 or 6."""

EASY_ENOUGH = 70
"""The same on Fernández Huerta's scale: from here on a text is easy for grade 6."""

HARD_GRADE = 9
HARD_SPANISH = 55
_LONG_ENOUGH = 8  # words: a short sentence with one long name is not hard to read

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_MAIL = re.compile(r"\S+@\S+")
_ENDS = re.compile(r"(?<=[.!?…])[”’\")]*\s+(?=[“‘\"(¿¡]*[^\W_a-z])")
_SHORTENED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Mx|Dr|St|No|Sr|Sra|Srta|Dra|Prof|Jr|Inc|vs|art|núm|Ave|Blvd)|\b[A-Z])\.$"
)
_APART = "ia(?!l)|[aeou]ing|eo(?![nup])|ua[nt]|iet|creat|ea$|iod|scie"  # two vowels, two syllables
_SCALE = ((80, "very easy"), (65, "quite easy"), (55, "normal"), (40, "rather hard"))


@dataclass(frozen=True, slots=True)
class ReadingLevel:
    """How hard a text is: its words, and a score said in ``in_words``; ``hardest`` comes first."""

    words: int
    score: Fraction
    in_words: str
    is_easy: bool
    hardest: tuple[str, ...]


def reading_level(paragraphs: Sequence[str], language: str) -> ReadingLevel | None:
    """Measure a text; None when it is empty or in a language that has no measure here."""
    sentences = [one for text in paragraphs for one in sentences_of(text) if words_of(one)]
    if not sentences or language not in ("en", "es"):
        return None
    words = sum(len(words_of(one)) for one in sentences)
    if language == "en":
        grade = english_grade(sentences)
        said = f"grade {_round(grade)} (Flesch–Kincaid)"
        easy, hard = grade < HARDEST_GRADE + 1, _hardest(sentences, english_grade, HARD_GRADE)
    else:
        grade = spanish_ease(sentences)
        said = (
            f"{_round(grade)} on Fernández Huerta’s scale, “{_inflesz(sentences)}” on INFLESZ; "
            f"{EASY_ENOUGH} and more is grade {HARDEST_GRADE} or easier"
        )
        easy = grade >= EASY_ENOUGH
        hard = _hardest(sentences, lambda one: -spanish_ease(one), -HARD_SPANISH)
    return ReadingLevel(words, grade, said, easy, hard)


def sentences_of(text: str) -> list[str]:
    """Return the sentences of one paragraph; “Dr.” and an initial do not end one."""
    found: list[str] = []
    for piece in _ENDS.split(" ".join(text.split())):
        if found and _SHORTENED.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return [one for one in found if one]


def words_of(text: str) -> list[str]:
    """Return the words of a text; “hijo(a)” is one word."""
    return _WORD.findall(_MAIL.sub("mail", re.sub(r"\((?:a|as|o|os)\)", "", text)))


def english_grade(sentences: Sequence[str]) -> Fraction:
    """Return the Flesch–Kincaid grade: the year of school in which a text is read."""
    a_sentence, a_word = _lengths(sentences, english_syllables)
    return Fraction(39, 100) * a_sentence + Fraction(118, 10) * a_word - Fraction(1559, 100)


def spanish_ease(sentences: Sequence[str]) -> Fraction:
    """Return Fernández Huerta's measure: 0 to 100, more is easier."""
    a_sentence, a_word = _lengths(sentences, spanish_syllables)
    return Fraction(20684, 100) - 60 * a_word - Fraction(102, 100) * a_sentence


def _inflesz(sentences: Sequence[str]) -> str:
    """Say Szigriszt's measure in the words of the INFLESZ scale."""
    a_sentence, a_word = _lengths(sentences, spanish_syllables)
    ease = Fraction(206835, 1000) - Fraction(623, 10) * a_word - a_sentence
    return next((said for least, said in _SCALE if ease > least), "very hard")


def _lengths(
    sentences: Sequence[str], syllables: Callable[[str], int]
) -> tuple[Fraction, Fraction]:
    """Return the words of a sentence and the syllables of a word, on average."""
    words = [word for one in sentences for word in words_of(one)]
    return (
        Fraction(len(words), len(sentences)),
        Fraction(sum(map(syllables, words)), len(words)),
    )


def _hardest(
    sentences: Sequence[str], measure: Callable[[Sequence[str]], Fraction], bar: int
) -> tuple[str, ...]:
    rated = [(measure([one]), one) for one in sentences if len(words_of(one)) >= _LONG_ENOUGH]
    hard = sorted((one for one in rated if one[0] >= bar), reverse=True)
    return tuple(sentence for _, sentence in hard[:3])


def english_syllables(word: str) -> int:
    """Count the syllables of an English word as well as its spelling tells them."""
    word = re.sub("[^a-z]", "", word.casefold())
    if len(word) <= 3:
        return 1
    word = re.sub(r"(?:(?<=[^laeiouyxszcg])es|(?<=[^aeiouytd])ed|(?<=[^laeiouy])e)$", "", word)
    groups = re.findall("[aeiouy]{1,2}", word.removeprefix("y"))
    apart = len(re.findall(_APART, word))
    return max(len(groups) + apart, 1)


def spanish_syllables(word: str) -> int:
    """Count the syllables of a Spanish word: its strong vowels, and weak ones that stand alone."""
    word = re.sub("[^a-záéíóúüñ]", "", word.casefold())
    word = re.sub(r"qu(?=[eiéí])", "q", re.sub(r"gu(?=[eiéí])", "g", word))
    word = re.sub(r"y(?![aeiouáéíóú])", "i", word)
    strong_or_alone = re.findall(r"[aeoáéóíú]|(?<![aeoáéóíúiuü])[iuü]+(?![aeoáéóíú])", word)
    return max(len(strong_or_alone), 1)


def _round(number: Fraction) -> str:
    tenths = round(number * 10)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"
