"""How hard a letter is to read: syllables, sentences, and the measures made of them."""

from fractions import Fraction

import pytest

from rollbook.letters.reading_level import (
    english_grade,
    english_syllables,
    reading_level,
    sentences_of,
    spanish_ease,
    spanish_syllables,
    words_of,
)

ENGLISH = {
    1: "school court missed please dates times a the",
    2: "student parents people absence notice needed reason children classes",
    3: "attendance absences committee truancy principal graduate idea period semester",
    4: "education available obligated situation",
}
SPANISH = {
    1: "ley y hoy seis",
    2: "hijo usted días faltó quiere aquí oír país mayo leer",
    3: "escuela estudio cuidado ausencia maestro ahora pingüino reunirse",
    4: "asistencia",
    5: "justificación",
}


@pytest.mark.parametrize(
    ("word", "count"), [(w, n) for n, ws in ENGLISH.items() for w in ws.split()]
)
def test_english_syllables(word: str, count: int) -> None:
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"), [(w, n) for n, ws in SPANISH.items() for w in ws.split()]
)
def test_spanish_syllables(word: str, count: int) -> None:
    assert spanish_syllables(word) == count


def test_a_title_and_an_initial_do_not_end_a_sentence() -> None:
    assert sentences_of("Ask Dr. J. Reed today. She can help! ¿Sí? Section 25.095 applies.") == [
        "Ask Dr. J. Reed today.",
        "She can help!",
        "¿Sí?",
        "Section 25.095 applies.",
    ]


def test_an_address_and_a_doubled_ending_are_one_word_each() -> None:
    assert words_of("Su hijo(a): office@school.example") == ["Su", "hijo", "mail"]


def test_the_measures_are_their_published_formulas() -> None:
    # 6 words with 10 syllables in 1 sentence
    assert english_grade(["The school misses children every day."]) == (
        Fraction(39, 100) * 6 + Fraction(118, 10) * Fraction(10, 6) - Fraction(1559, 100)
    )
    # 4 words in 1 sentence: la es-cue-la quie-re a-yu-dar
    assert spanish_ease(["La escuela quiere ayudar."]) == (
        Fraction(20684, 100) - 60 * Fraction(9, 4) - Fraction(102, 100) * 4
    )


EASY = ["Ana missed school on 3 days.", "We want to help. Please call us. We are here until 4."]
HARD = [
    "Notwithstanding the aforementioned considerations, continued unauthorised nonattendance may "
    "necessitate institution of proceedings pursuant to applicable statutory provisions.",
    "We want to help.",
]


def test_an_easy_text_is_easy_and_a_hard_one_names_its_hardest_sentence() -> None:
    easy, hard = reading_level(EASY, "en"), reading_level(HARD, "en")
    assert easy and easy.is_easy and easy.words == 18 and not easy.hardest
    assert hard and not hard.is_easy and hard.hardest == (HARD[0],)


def test_spanish_is_measured_on_its_own_scales() -> None:
    easy = reading_level(["Ana faltó tres días. Queremos ayudar. Llame a la escuela."], "es")
    hard = reading_level(
        ["La reglamentación administrativa correspondiente establece responsabilidades "
         "extraordinariamente significativas relacionadas con inasistencias injustificadas."], "es"
    )  # fmt: skip
    assert easy and easy.is_easy and "Fernández Huerta" in easy.in_words
    assert hard and not hard.is_easy and "very hard" in hard.in_words and len(hard.hardest) == 1


def test_a_language_without_a_measure_has_no_level() -> None:
    assert reading_level(["Bonjour à tous."], "fr") is None
    assert reading_level([], "en") is None
