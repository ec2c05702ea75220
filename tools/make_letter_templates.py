"""Make the Word templates of `letter_templates/` anew: `python tools/make_letter_templates.py`.

A school edits its own copies in Word and never needs this. It is for us: sixteen letters that must
look alike, and whose words stand below where they can be read and reviewed side by side. In the
words, ``**…**`` is bold and a tag is one run of its own, so that Word does not split it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from rollbook.package import Package, write_whole

FOLDER = Path(__file__).parent.parent / "letter_templates"
HEAD_TOP, HEAD_HEIGHT, DOCUMENT_ADDRESS = 10, 18, 18
BOTTOM = '<w:vAlign w:val="bottom"/>'
SHADE = "EEF2F6"
INK, ACCENT, GREY, LINE = "1D2733", "1F5FA8", "595959", "BFBFBF"

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def mm(millimetres: float) -> int:
    """Return a length in twentieths of a point, as Word counts."""
    return round(millimetres * 1440 / 25.4)


@dataclass(frozen=True)
class Paper:
    """A sheet, where its envelope's window is, and where it is folded (mm from the top)."""

    width: int
    height: int
    window_left: float
    window_top: float
    address_height: float
    address_line: int  # twentieths of a point
    address_size: int  # half points
    folds: tuple[float, ...]


MARGIN = mm(25)
LETTER = Paper(12240, 15840, 22, 51, 30, 236, 20, (93.1, 186.3))
A4 = Paper(11906, 16838, 20, 45, 35, 260, 21, (99, 198))


@dataclass(frozen=True)
class Language:
    """The fixed words around every letter of one language."""

    tag: str
    paper: Paper
    page: str
    of: str
    our_reference: str
    dear: str
    sincerely: str
    columns: tuple[str, str, str]
    class_columns: tuple[str, str, str, str] = ("", "", "", "")


EN_US = Language(
    "en-US",
    LETTER,
    "Page",
    "of",
    "Letter number",
    "Dear",
    "Sincerely,",
    ("Date", "Part of the day", "What our register shows"),
    ("Class", "Days it met", "Days present", "Days needed for credit"),
)
ES_US = Language(
    "es-US",
    LETTER,
    "Página",
    "de",
    "Carta número",
    "Estimado(a)",
    "Atentamente,",
    ("Fecha", "Parte del día", "Lo que muestra nuestro registro"),
    ("Clase", "Días de clase", "Días presente", "Días para el crédito"),
)
EN_GB = Language(
    "en-GB",
    A4,
    "Page",
    "of",
    "Our reference",
    "Dear",
    "Yours sincerely",
    ("Date", "Session", "What our register shows"),
)


@dataclass(frozen=True)
class Letter:
    """The words of one letter: the message, the box after it, and the page of dates."""

    stem: str
    language: Language
    title: str
    message: tuple[str, ...]
    box_title: str
    box: tuple[str, ...]
    dates_title: str
    dates_intro: str


@dataclass(frozen=True)
class Document:
    """The words of one verification document: statement, facts, and what it is good for."""

    stem: str
    language: Language
    title: str
    before: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    after: tuple[str, ...]


CLASSES = "[the table of classes]"
"""Stands in a message where the table of classes goes."""

# --- the words -----------------------------------------------------------------------------------

# An office may have no hours or e-mail to give; then the words around them go as well.
HOURS = "{% if contact_hours %} ({{ contact_hours }}){% endif %}"
CALL = (
    f"Please call {{{{ contact_name }}}} at {{{{ contact_phone }}}}{HOURS}{{% if contact_email %}} "
    "or write to {{ contact_email }}{% endif %} by {{ reply_by }}"
)
CALL_ES = (
    f"Llame a {{{{ contact_name }}}} al {{{{ contact_phone }}}}{HOURS}{{% if contact_email %}} o "
    "escriba a {{ contact_email }}{% endif %} antes del {{ reply_by }}"
)
RING = (
    f"Please ring {{{{ contact_name }}}} on {{{{ contact_phone }}}}{HOURS}{{% if contact_email %}} "
    "or write to {{ contact_email }}{% endif %} by {{ reply_by }}"
)
LAW = "Reference: {{ reference }}"
LAW_ES = "Referencia: {{ reference }}"

LETTERS = (
    Letter(
        "tx-tru3",
        EN_US,
        "Let us talk about {{ student_first_name }} and school",
        (
            "**{{ student_name }} missed school without an excuse on {{ unexcused_count }} days or "
            "parts of days** within {{ rule_period }}: {{ dates_short }}.",
            "Every day in class counts, and missed days are hard to make up. We want to help with "
            "whatever is making it hard to come to school.",
            f"**Please meet with us to talk about these absences.** {CALL} to choose a time. If "
            "you have a note for one of these days, or if our list on page 2 is wrong, please "
            "tell us by then too.",
        ),
        "What Texas law says",
        (
            "It is your duty to monitor your child’s school attendance and to require your child "
            "to attend school.",
            "{{ student_first_name }} is now subject to truancy prevention measures under section "
            "25.0915 of the Texas Education Code. These are steps such as a plan for better "
            "attendance, or counseling.",
            "We ask you for a conference with school officials to talk about the absences.",
            LAW,
        ),
        "Days that count",
        "These are the days or parts of days that we have counted. A day counts once, however many "
        "periods were missed.",
    ),
    Letter(
        "tx-tru3",
        ES_US,
        "Hablemos de {{ student_first_name }} y la escuela",
        (
            "**{{ student_name }} faltó a la escuela sin justificación {{ unexcused_count }} días "
            "o partes de días** en un período de {{ rule_period }}: {{ dates_short }}.",
            "Cada día en clase cuenta, y los días perdidos son difíciles de recuperar. Queremos "
            "ayudar con lo que dificulte la asistencia.",
            f"**Le pedimos reunirse con nosotros para hablar de estas faltas.** {CALL_ES} para "
            "elegir una hora. Si tiene un justificante para alguno de estos días, o si la lista "
            "de la página 2 es incorrecta, díganoslo también antes de esa fecha.",
        ),
        "Lo que dice la ley de Texas",
        (
            "Es su deber vigilar la asistencia escolar de su hijo(a) y exigir que asista a la "
            "escuela.",
            "{{ student_first_name }} queda sujeto(a) a medidas de prevención de ausentismo según "
            "la sección 25.0915 del Código de Educación de Texas. Son pasos como un plan para "
            "mejorar la asistencia, o consejería.",
            "Le pedimos una conferencia con funcionarios de la escuela para hablar de las "
            "ausencias.",
            LAW_ES,
        ),
        "Días que cuentan",
        "Estos son los días o partes de días que hemos contado. Un día cuenta una sola vez, sin "
        "importar a cuántas clases se faltó.",
    ),
    Letter(
        "tx-tru10",
        EN_US,
        "{{ student_first_name }} has missed many days: please meet with us",
        (
            "**{{ student_name }} missed school without an excuse on {{ unexcused_count }} days or "
            "parts of days** within {{ rule_period }}. The dates are on page 2.",
            "This is serious, but it can still be put right. We want to help with whatever is "
            "making it hard to come to school. When we meet, we will go over what has been tried, "
            "what would help now, and what happens next.",
            f"**{CALL} to set a time.** If you have a note for any of these days, or if our list "
            "is wrong, please tell us by then too.",
        ),
        "What Texas law says",
        (
            "It is your duty to monitor your child’s school attendance and to require your child "
            "to attend school.",
            "A student who must attend school and is absent without an excuse on 10 or more days "
            "or parts of days within six months of the same school year may have engaged in "
            "truant conduct.",
            "The school district may have to refer the student to truancy court within 10 school "
            "days of the tenth absence. It does not have to while truancy prevention measures are "
            "working.",
            "**Tell us if the absences have to do with** pregnancy, foster care, homelessness, a "
            "severe illness or its treatment, or the student being the family’s main earner. The "
            "law then asks for counseling, not court.",
            LAW,
        ),
        "Days that count",
        "These are the days or parts of days that we have counted. A day counts once, however many "
        "periods were missed.",
    ),
    Letter(
        "tx-tru10",
        ES_US,
        "{{ student_first_name }} ha faltado muchos días: reúnase con nosotros",
        (
            "**{{ student_name }} faltó a la escuela sin justificación {{ unexcused_count }} días "
            "o partes de días** en un período de {{ rule_period }}. Las fechas están en la "
            "página 2.",
            "Esto es serio, pero todavía se puede corregir. Queremos ayudar con lo que dificulte "
            "la asistencia. En la reunión veremos qué se ha intentado, qué ayudaría ahora y qué "
            "sigue.",
            f"**{CALL_ES} para fijar una hora.** Si tiene un justificante para alguno de estos "
            "días, o si la lista es incorrecta, díganoslo también antes de esa fecha.",
        ),
        "Lo que dice la ley de Texas",
        (
            "Es su deber vigilar la asistencia escolar de su hijo(a) y exigir que asista a la "
            "escuela.",
            "Un estudiante que debe asistir a la escuela y falta sin justificación 10 o más días o "
            "partes de días en seis meses del mismo año escolar puede haber incurrido en conducta "
            "de ausentismo (truant conduct).",
            "El distrito escolar puede tener que remitir al estudiante al tribunal de ausentismo "
            "dentro de los 10 días escolares después de la décima ausencia. No tiene que hacerlo "
            "mientras las medidas de prevención estén dando resultado.",
            "**Díganos si las ausencias se deben a** embarazo, cuidado de crianza (foster care), "
            "falta de vivienda, una enfermedad grave o su tratamiento, o a que el estudiante es el "
            "principal sostén de la familia. En esos casos la ley pide consejería y no tribunal.",
            LAW_ES,
        ),
        "Días que cuentan",
        "Estos son los días o partes de días que hemos contado. Un día cuenta una sola vez, sin "
        "importar a cuántas clases se faltó.",
    ),
    Letter(
        "tx-90",
        EN_US,
        "{{ student_first_name }} may lose class credit",
        (
            "**{{ student_name }} has been present less than {{ threshold }} of the days** of "
            "these classes from {{ period_from }} to {{ period_to }}. All absences count for this "
            "rule, with or without an excuse.",
            CLASSES,
            "**Credit can often still be saved, and we want to help.** "
            f"{CALL} to ask which plan or petition fits. If our list on page 2 is wrong, or if "
            "serious illness was the cause, please tell us by then.",
        ),
        "What Texas law says",
        (
            "A student may not get credit or a final grade for a class without being present at "
            "least 90 percent of the days the class is offered.",
            "**Present at least 75 percent but less than 90 percent of the days:** the student may "
            "get credit by completing a plan approved by the principal.",
            "**Present less than 75 percent, or plan not completed:** you may petition the "
            "attendance committee for credit. Ask us for the form. Most members of the "
            "committee are classroom teachers.",
            "Absences for a serious or life-threatening illness, certified by a doctor, are not "
            "considered.",
            LAW,
        ),
        "Days missed in these classes",
        "These are the days, and the periods of each day, that we have counted as missed.",
    ),
    Letter(
        "tx-90",
        ES_US,
        "{{ student_first_name }} puede perder créditos",
        (
            "**{{ student_name }} ha estado presente menos del {{ threshold }} de los días** de "
            "estas clases del {{ period_from }} al {{ period_to }}. Para esta regla cuentan todas "
            "las ausencias, con o sin justificación.",
            CLASSES,
            "**Muchas veces el crédito todavía se puede salvar, y queremos ayudar.** "
            f"{CALL_ES} para preguntar qué plan o petición corresponde. Si la lista de la página "
            "2 es incorrecta, o si la causa fue una enfermedad grave, díganoslo antes de esa "
            "fecha.",
        ),
        "Lo que dice la ley de Texas",
        (
            "Un estudiante no puede recibir crédito ni calificación final de una clase si no está "
            "presente al menos el 90 por ciento de los días en que se ofrece la clase.",
            "**Presente al menos el 75 por ciento pero menos del 90 por ciento de los días:** "
            "puede recibir el crédito si completa un plan aprobado por el director o la directora.",
            "**Presente menos del 75 por ciento, o plan sin completar:** usted puede pedir el "
            "crédito al comité de asistencia. Pídanos el formulario. La mayoría del comité "
            "son maestros de aula.",
            "No se consideran las ausencias por una enfermedad grave o que pone en peligro la "
            "vida, certificada por un médico.",
            LAW_ES,
        ),
        "Días perdidos en estas clases",
        "Estos son los días, y los períodos de cada día, que hemos contado como perdidos.",
    ),
    Letter(
        "ca-truant",
        EN_US,
        "Let us work together on {{ student_first_name }}’s attendance",
        (
            "**{{ student_name }} has missed {{ unexcused_count }} days or parts of days without a "
            "valid excuse** this school year: {{ dates_short }}. A part of a day is more than 30 "
            "minutes.",
            "Missed days add up, and we want to help {{ student_first_name }} be in class.",
            f"**Please meet with us.** {CALL}. If you have a reason we do not know, or if our list "
            "on page 2 is wrong, please tell us by then too.",
        ),
        "What California law asks us to tell you",
        (
            "Under state law, {{ student_first_name }} is now truant.",
            "You, as parent or guardian, are obligated to compel your child’s attendance at "
            "school. This means you must make sure that your child goes to school.",
            "Alternative educational programs are available in the district.",
            "You have the right to meet with appropriate school personnel to discuss solutions to "
            "your child’s truancy.",
            "Mental health and supportive services may be available to your child and your family.",
            "School personnel are available to meet with you and your child to develop strategies "
            "to support your child’s attendance.",
            "Research shows that missing 10 percent of school for any reason can translate into "
            "difficulty learning to read by third grade, achieving in middle school, and "
            "graduating from high school.",
            LAW,
        ),
        "Days that count",
        "These are the full days missed without a valid excuse, and the times missed or late by "
        "more than 30 minutes, that we have counted.",
    ),
    Letter(
        "ca-truant",
        ES_US,
        "Trabajemos juntos por la asistencia de {{ student_first_name }}",
        (
            "**{{ student_name }} ha faltado {{ unexcused_count }} días o partes de días sin "
            "justificación válida** este año escolar: {{ dates_short }}. Una parte de un día es "
            "más de 30 minutos.",
            "Los días perdidos se acumulan, y queremos ayudar a que {{ student_first_name }} esté "
            "en clase.",
            f"**Le pedimos reunirse con nosotros.** {CALL_ES}. Si hay una razón que no conocemos, "
            "o si la lista de la página 2 es incorrecta, díganoslo también antes de esa fecha.",
        ),
        "Lo que la ley de California nos pide informarle",
        (
            "Según la ley estatal, ahora se considera que {{ student_first_name }} está ausente "
            "sin justificación (truant).",
            "Usted, como padre, madre o tutor, tiene la obligación de hacer que su hijo(a) asista "
            "a la escuela.",
            "El distrito tiene programas educativos alternativos disponibles.",
            "Usted tiene derecho a reunirse con el personal escolar apropiado para hablar de "
            "soluciones al ausentismo de su hijo(a).",
            "Puede haber servicios de salud mental y de apoyo disponibles para su hijo(a) y su "
            "familia.",
            "El personal escolar está disponible para reunirse con usted y su hijo(a) y "
            "desarrollar estrategias que apoyen la asistencia de su hijo(a).",
            "Los estudios muestran que faltar el 10 por ciento de las clases por cualquier motivo "
            "puede traducirse en dificultad para aprender a leer para el tercer grado, rendir en "
            "la escuela intermedia y graduarse de la escuela preparatoria (high school).",
            LAW_ES,
        ),
        "Días que cuentan",
        "Estos son los días completos perdidos sin justificación válida, y las veces que faltó o "
        "llegó tarde por más de 30 minutos, que hemos contado.",
    ),
    Letter(
        "ca-chron",
        EN_US,
        "We miss {{ student_first_name }} and want to help",
        (
            "**{{ student_name }} has missed {{ days_missed }} of school** from {{ period_from }} "
            "to {{ period_to }}. That is {{ attendance_percent }} attendance.",
            "We know that children get sick, and some of these days could not be helped. But "
            "learning is built day by day, and missed days add up.",
            f"**Tell us how we can help.** {CALL}. We can talk about health, rides, worries at "
            "school or anything else. Ask us about attendance recovery to make up days, and about "
            "independent study if your child must be away. If our list on page 2 is wrong, "
            "please tell us.",
        ),
        "Why you are getting this letter",
        (
            "California calls it chronic absence when a student misses 10 percent or more of the "
            "school days, for any reason. Excused days, unexcused days and suspensions all count.",
            "This is not a penalty. It is a sign that a student may need support.",
            LAW,
        ),
        "Days that count",
        "These are the days missed, with or without an excuse, that we have counted.",
    ),
    Letter(
        "ca-chron",
        ES_US,
        "Extrañamos a {{ student_first_name }} y queremos ayudar",
        (
            "**{{ student_name }} ha faltado {{ days_missed }} a la escuela** del {{ period_from }}"
            " al {{ period_to }}. Es una asistencia del {{ attendance_percent }}.",
            "Sabemos que los niños se enferman y que algunos de estos días no se pudieron evitar. "
            "Pero se aprende día a día, y los días perdidos se acumulan.",
            f"**Díganos cómo podemos ayudar.** {CALL_ES}. Podemos hablar de salud, transporte, "
            "preocupaciones en la escuela o cualquier otra cosa. Pregunte por la recuperación de "
            "asistencia para reponer días, y por el estudio independiente si su hijo(a) debe "
            "ausentarse. Si la lista de la página 2 es incorrecta, díganoslo.",
        ),
        "Por qué recibe esta carta",
        (
            "California llama ausentismo crónico a faltar el 10 por ciento o más de los días de "
            "clase, por cualquier motivo. Cuentan los días justificados, los injustificados y las "
            "suspensiones.",
            "No es un castigo. Es una señal de que un estudiante puede necesitar apoyo.",
            LAW_ES,
        ),
        "Días que cuentan",
        "Estos son los días perdidos, con o sin justificación, que hemos contado.",
    ),
    Letter(
        "eng-l1",
        EN_GB,
        "We would like to help {{ student_first_name }} be in school",
        (
            "**{{ student_name }} has missed {{ days_missed }} of school** between "
            "{{ period_from }} and {{ period_to }}. That is {{ attendance_percent }} attendance.",
            "We know that children are ill sometimes, and some or all of this may be for good "
            "reasons. We write whenever attendance is below {{ threshold }}, because missed days "
            "add up and are hard to catch up.",
            "**If something is making it hard to come to school, please tell us: we can help.** "
            f"{RING}.",
            "The sessions missed are listed on page 2; there are two sessions in a school day. If "
            "any are wrong, or you know a reason that we do not, please let us know by the same "
            "date.",
        ),
        "",
        (),
        "Sessions missed",
        "These are the sessions that our register shows as missed.",
    ),
    Letter(
        "eng-l2",
        EN_GB,
        "Please come and talk with us about {{ student_first_name }}’s attendance",
        (
            "**{{ student_name }} has missed {{ days_missed }} of school** between "
            "{{ period_from }} and {{ period_to }}. That is {{ attendance_percent }} attendance. "
            '{% if unexcused_count != "0" %}Of the time missed, {{ days_unexcused }} could not be '
            "authorised.{% endif %}",
            "**We would like to meet you, and {{ student_first_name }} too if you wish.** "
            f"{RING} to agree a day and time that suit you.",
            "At the meeting we will look at what has been tried so far and what would help now: "
            "for example support in lessons, help with worries or friendships, or help for the "
            "family from other services.",
            "If illness is the reason, please tell us. There is no need to send medical evidence "
            "with your reply: a conversation is often enough. We can talk about a health care plan "
            "and about what the local authority can provide.",
            "The sessions missed are listed on page 2. If any are wrong, please tell us by the "
            "same date.",
        ),
        "Your duty as a parent",
        (
            "By law, a parent must make sure that a child of compulsory school age receives a "
            "suitable full-time education. For a child who is registered at a school, this means "
            "attending regularly.",
            LAW,
        ),
        "Sessions missed",
        "These are the sessions that our register shows as missed. There are two sessions in a "
        "school day.",
    ),
    Letter(
        "eng-pn",
        EN_GB,
        "{{ student_first_name }}’s unauthorised absence: please contact us",
        (
            "**{{ student_name }} has {{ unexcused_count }} sessions of unauthorised absence** "
            "within {{ rule_period }}; there are two sessions in a school day. The sessions are "
            "listed on page 2.",
            '{%p if unresolved_count != "0" %}',
            "**For {{ unresolved_count }} of these sessions we do not know the reason yet.** If "
            "you tell us the reason, they may no longer count.",
            "{%p endif %}",
            "**Please talk with us before anything else happens.** We want to understand what is "
            "making it hard to come to school, and to agree what would help. "
            f"{RING}. If any of the sessions are wrong, please tell us by the same date.",
        ),
        "What the law says about penalty notices",
        (
            "At this number of unauthorised sessions a school must consider whether a penalty "
            "notice is right. It is not automatic: each case is looked at on its own, and whether "
            "support could help is looked at first.",
            "A notice is for each parent and for each child. The first is {{ penalty_first }} if "
            "paid within {{ penalty_first_days }} days of receiving it, and {{ penalty_full }} if "
            "paid after that within {{ penalty_full_days }} days.",
            "A second notice to the same parent for the same child within three years is "
            "{{ penalty_full }}, to be paid within {{ penalty_full_days }} days. There is no third "
            "notice in three years; another legal measure, such as prosecution, is then "
            "considered.",
            LAW,
        ),
        "Sessions of unauthorised absence",
        "These are the sessions that we have counted.",
    ),
)

DOCUMENTS = (
    Document(
        "enrolment",
        EN_US,
        "Verification of enrollment",
        ("{{ statement }}",),
        (("Student", "{{ student_name }}"), ("School", "{{ school_name }}")),
        (
            "This letter gives information as of {{ issued }} from school records. It was released "
            "to {{ released_to }} for this purpose only: {{ purpose }}. "
            "{% if expires %}Please do not rely on it after {{ expires }}.{% endif %}",
        ),
    ),
    Document(
        "voe",
        EN_US,
        "Verification of enrollment and attendance: facts for the Texas DPS form",
        (
            "{{ statement }}",
            "This page goes with the official Verification of Enrollment and Attendance (VOE) "
            "form of the State of Texas and holds the facts for it. **It is not the form.** A "
            "school official completes and signs the official form; the student hands it to the "
            "Department of Public Safety.",
        ),
        (
            ("Student", "{{ student_name }}"),
            ("School", "{{ school_name }}"),
            ("District", "{{ district_name }}"),
            ("County-district-campus number", "{{ campus_number }}"),
        ),
        ("**Valid until {{ expires }}.** Information as of {{ issued }} from school records.",),
    ),
    Document(
        "social-security",
        EN_US,
        "School attendance of a student, for the Social Security Administration",
        (
            "{{ statement }}",
            "This letter gives, on the school’s letterhead, the information that page 3 of form "
            "SSA-1372-BK (Certification by School Official) asks for.",
        ),
        (
            ("Student", "{{ student_name }}"),
            ("School", "{{ school_name }}"),
        ),
        (
            "**To be marked by the school official:**",
            "Page 2 of the form is correct according to our records.\t☐ Yes   ☐ No",
            "Page 4 is marked with the expected graduation date.\t☐ Yes   ☐ No",
            "The school keeps pages 4 and 5.\t☐ Yes   ☐ No",
        ),
    ),
)


# --- Word ----------------------------------------------------------------------------------------

TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")


def run(text: str, properties: str = "") -> str:
    """Return a run of text."""
    about = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    words = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else ""
        for part in text.split("\t")
    )
    return f"<w:r>{about}{words}</w:r>"


def runs(text: str, properties: str = "") -> str:
    """Return the runs of a marked-up sentence: ``**bold**``, and each tag by itself."""
    made = []
    for place, piece in enumerate(text.split("**")):
        about = f"{'<w:b/><w:bCs/>' if place % 2 else ''}{properties}"
        made += [run(part, about) for part in TAG.split(piece) if part]
    return "".join(made)


def paragraph(text: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph in a style."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    about = f"<w:pPr>{style}{properties}</w:pPr>" if style or properties else ""
    return f"<w:p>{about}{runs(text)}</w:p>"


def field(code: str) -> str:
    """Return a Word field such as the page number."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def cell(width: int, content: str, properties: str = "") -> str:
    """Return a table cell."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{properties}</w:tcPr>{content}</w:tc>'


def table(
    style: str,
    widths: Sequence[int],
    rows: Iterable[str],
    properties: str = "",
    margins: str = "",
) -> str:
    """Return a table of fixed widths."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'{properties}<w:tblLayout w:type="fixed"/>{margins}<w:tblLook w:val="0420" w:firstRow="1" '
        'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def row(cells: Iterable[str], properties: str = "") -> str:
    """Return a table row that is never split over two pages."""
    return f"<w:tr><w:trPr><w:cantSplit/>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def rule(side: str, colour: str, eighths: int = 4) -> str:
    """Return a thin line on one side; its thickness is in eighths of a point."""
    return f'<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="{colour}"/>'


def height(millimetres: float, how: str = "exact") -> str:
    """Return the row property for a height: exact, or at least so much."""
    return f'<w:trHeight w:val="{mm(millimetres)}" w:hRule="{how}"/>'


def header_first(paper: Paper) -> str:
    """Return the letterhead: school left, contact right, a hairline, and the fold marks."""
    width = paper.width - 2 * MARGIN
    left = width * 55 // 100
    marks = "".join(
        '<w:p><w:pPr><w:pStyle w:val="Header"/>'
        f'<w:framePr w:w="{mm(5)}" w:h="{mm(1)}" w:hRule="exact" w:hSpace="0" w:wrap="around" '
        f'w:vAnchor="page" w:hAnchor="page" w:x="{mm(4)}" w:y="{mm(fold)}"/>'
        f"<w:pBdr>{rule('top', LINE, 2)}</w:pBdr></w:pPr></w:p>"
        for fold in paper.folds
    )
    letterhead = table(
        "Plain",
        (left, width - left),
        [
            row(
                (
                    cell(left, paragraph("{{ school_name }}", "SchoolName"), BOTTOM),
                    cell(
                        width - left,
                        paragraph("{{ school_address }}", "SchoolContact")
                        + paragraph(
                            "{{ school_phone }}"
                            "{% if school_email %} · {{ school_email }}{% endif %}",
                            "SchoolContact",
                        ),
                        BOTTOM,
                    ),
                ),
                height(HEAD_HEIGHT),
            )
        ],
        f"<w:tblBorders>{rule('bottom', GREY)}</w:tblBorders>",
    )
    below = mm(paper.window_top - HEAD_TOP - HEAD_HEIGHT)
    gap = f'<w:spacing w:before="0" w:after="0" w:line="{below}" w:lineRule="exact"/>'
    # The marks come after the table: LibreOffice would hang them into its first cell.
    return part("hdr", letterhead + marks + paragraph("", "Header", gap))


def header_next() -> str:
    """Return the small line above the second and later pages."""
    return part("hdr", paragraph("{{ school_name }}", "Header"))


def footer(language: Language, name: str) -> str:
    """Return the line below each page: number of the letter, page k of n."""
    at = language.paper.width - 2 * MARGIN
    tabs = (
        f'<w:tabs><w:tab w:val="clear" w:pos="9026"/><w:tab w:val="right" w:pos="{at}"/></w:tabs>'
    )
    left = runs(f"{name} {{{{ serial }}}}") + "<w:r><w:tab/></w:r>"
    right = run(f"{language.page} ") + field("PAGE") + run(f" {language.of} ") + field("NUMPAGES")
    return part("ftr", f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{tabs}</w:pPr>{left}{right}</w:p>')


def part(kind: str, content: str) -> str:
    """Return a header or footer."""
    return f"{DECLARATION}<w:{kind} {W} {R}>{content}</w:{kind}>"


def top_block(language: Language, address: str, right: Sequence[str], tall: float = 0) -> str:
    """Return the address where the window is, with date and number beside it."""
    paper = language.paper
    left = mm(paper.window_left) - MARGIN
    widths = (mm(100), paper.width - 2 * MARGIN - left - mm(100))
    beside = "".join(paragraph(text, "Beside") for text in right)
    return table(
        "Plain",
        widths,
        [
            row(
                (cell(widths[0], address), cell(widths[1], beside)),
                height(tall or paper.address_height, "atLeast"),
            )
        ],
        f'<w:tblInd w:w="{left}" w:type="dxa"/>',
    )


def boxed(title: str, sentences: Sequence[str], width: int) -> str:
    """Return the box of statutory statements, the reference last and small."""
    inside = paragraph(title, "Heading2")
    for sentence in sentences:
        small = "{{ reference }}" in sentence
        inside += paragraph(sentence, "Small" if small else "ListBullet")
    border = "".join(rule(side, LINE) for side in ("top", "left", "bottom", "right"))
    margins = "".join(
        f'<w:{side} w:w="{size}" w:type="dxa"/>'
        for side, size in (("top", 80), ("left", 160), ("bottom", 60), ("right", 160))
    )
    return table(
        "Plain",
        (width,),
        [row((cell(width, inside),))],
        f"<w:tblBorders>{border}</w:tblBorders>",
        f"<w:tblCellMar>{margins}</w:tblCellMar>",
    )


def dates(letter: Letter, width: int) -> str:
    """Return page 2: what was counted, as a table whose heading row repeats."""
    shares = (29, 27, 44)
    widths = [width * share // 100 for share in shares]
    widths[-1] += width - sum(widths)
    minutes = "{% if row.minutes %}, {{ row.minutes }}{% endif %}"
    columns = ("{{ row.date }}", "{{ row.part }}", f"{{{{ row.meaning }}}}{minutes}")
    heading = row(
        (
            cell(
                wide,
                paragraph(title, "TableHead"),
                f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>',
            )
            for wide, title in zip(widths, letter.language.columns, strict=True)
        ),
        "<w:tblHeader/>",
    )
    return (
        paragraph(letter.dates_title, "Heading1", "<w:pageBreakBefore/>")
        + paragraph(f"**{{{{ student_name }}}}**. {letter.dates_intro}")
        + table(
            "Lines",
            widths,
            (
                heading,
                row([cell(width, paragraph("{%tr for row in absences %}", "TableText"), span(3))]),
                row(
                    cell(wide, paragraph(column, "TableText"))
                    for wide, column in zip(widths, columns, strict=True)
                ),
                row([cell(width, paragraph("{%tr endfor %}", "TableText"), span(3))]),
            ),
        )
        + paragraph("", "Gap")
    )


def classes(language: Language, width: int) -> str:
    """Return the small table of classes in a message: days offered, attended, and needed."""
    widths = (width * 28 // 100, width * 22 // 100, width * 22 // 100, width - width * 72 // 100)
    columns = ("name", "offered", "attended", "minimum")
    return table(
        "Lines",
        widths,
        (
            row(
                (
                    cell(wide, paragraph(title, "TableHead"))
                    for wide, title in zip(widths, language.class_columns, strict=True)
                ),
                "<w:tblHeader/>",
            ),
            row([cell(width, paragraph("{%tr for class in classes %}", "TableText"), span(4))]),
            row(
                cell(wide, paragraph(f"{{{{ class.{column} }}}}", "TableText"))
                for wide, column in zip(widths, columns, strict=True)
            ),
            row([cell(width, paragraph("{%tr endfor %}", "TableText"), span(4))]),
        ),
    ) + paragraph("", "Gap")


def span(columns: int) -> str:
    """Return the cell property that spans columns."""
    return f'<w:gridSpan w:val="{columns}"/>'


def letter_body(letter: Letter) -> str:
    """Return a letter: address, message, signature, box, and the page of dates."""
    language = letter.language
    width = language.paper.width - 2 * MARGIN
    address = paragraph("{{ guardian_name }}", "Address") + "".join(
        paragraph(text, "Address")
        for text in ("{%p for line in address_lines %}", "{{ line }}", "{%p endfor %}")
    )
    beside = ("{{ letter_date }}", f"{language.our_reference}: {{{{ serial }}}}")
    content = [top_block(language, address, beside), paragraph(letter.title, "Heading1")]
    content.append(paragraph(f"{language.dear} {{{{ guardian_name }}}},"))
    content += [
        classes(language, width) if text == CLASSES else paragraph(text) for text in letter.message
    ]
    content += [
        paragraph(language.sincerely, "Normal", "<w:keepNext/>"),
        paragraph("{{ signatory_name }}", "Signature", "<w:keepNext/>"),
        paragraph("{{ signatory_title }}, {{ school_name }}", "SignatureTitle"),
    ]
    if letter.box:
        content.append(boxed(letter.box_title, letter.box, width))
    content.append(dates(letter, width))
    return "".join(content)


def document_body(document: Document) -> str:
    """Return a verification document: statement, facts, signature and room for the seal."""
    width = document.language.paper.width - 2 * MARGIN
    widths = (width * 38 // 100, width - width * 38 // 100)
    address = paragraph("{{ released_to }}", "Address")
    beside = ("{{ issued }}", "Reference number", "**{{ serial }}**")
    facts = [
        row(
            (
                cell(widths[0], paragraph(label, "TableText")),
                cell(widths[1], paragraph(f"**{value}**", "TableText")),
            )
        )
        for label, value in document.rows
    ]
    facts += [
        row([cell(width, paragraph("{%tr for fact in facts %}", "TableText"), span(2))]),
        row(
            (
                cell(widths[0], paragraph("{{ fact.label }}", "TableText")),
                cell(widths[1], paragraph("{{ fact.value }}", "TableText")),
            )
        ),
        row([cell(width, paragraph("{%tr endfor %}", "TableText"), span(2))]),
    ]
    half = width // 2
    line = f"<w:tcBorders>{rule('bottom', GREY)}</w:tcBorders>"
    signature = table(
        "Plain",
        (half, width - half),
        (
            row(
                (
                    cell(half, paragraph("", "TableText"), line),
                    cell(width - half, paragraph("School seal or stamp", "Stamp")),
                ),
                height(14),
            ),
            row(
                (
                    cell(
                        half,
                        paragraph("**{{ signatory_name }}**", "TableText")
                        + paragraph("{{ signatory_title }}, {{ school_name }}", "TableText")
                        + paragraph("Date: ____________________", "TableText"),
                    ),
                    cell(
                        width - half, paragraph("Reference: {{ reference }}", "SmallRight"), BOTTOM
                    ),
                )
            ),
        ),
    )
    verify = (
        f"To verify this letter, call {{{{ contact_name }}}} at {{{{ contact_phone }}}}{HOURS} and "
        "give the reference number {{ serial }}."
    )
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
    return "".join(
        (
            top_block(document.language, address, beside, DOCUMENT_ADDRESS),
            paragraph(document.title, "Heading1"),
            *(paragraph(text) for text in document.before),
            table("Lines", widths, facts),
            paragraph("", "Gap"),
            *(closing(text, tab) for text in document.after),
            paragraph("", "Gap") if "\t" in document.after[-1] else "",
            paragraph(verify),
            signature,
            paragraph("", "Gap"),
        )
    )


def closing(text: str, tab: str) -> str:
    """Return a sentence after the facts: one to be ticked, or an ordinary one."""
    if "\t" in text:
        return paragraph(text, "TableText", f'{tab}<w:spacing w:before="0" w:after="60"/>')
    return paragraph(text)


def section(paper: Paper) -> str:
    """Return the page set-up."""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="rId3"/>'
        '<w:headerReference w:type="first" r:id="rId4"/>'
        '<w:footerReference w:type="default" r:id="rId5"/>'
        '<w:footerReference w:type="first" r:id="rId5"/>'
        f'<w:pgSz w:w="{paper.width}" w:h="{paper.height}"/>'
        f'<w:pgMar w:top="{MARGIN}" w:right="{MARGIN}" w:bottom="{mm(22)}" w:left="{MARGIN}" '
        f'w:header="{mm(HEAD_TOP)}" w:footer="{mm(12)}" w:gutter="0"/><w:cols w:space="708"/>'
        "<w:titlePg/></w:sectPr>"
    )


def styles(language: Language) -> str:
    """Return the styles: few, and each one used."""
    paper = language.paper

    def style(identity: str, name: str, para: str = "", char: str = "", more: str = "") -> str:
        return (
            f'<w:style w:type="paragraph" w:styleId="{identity}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="Normal"/>{more}<w:qFormat/>'
            f"<w:pPr>{para}</w:pPr><w:rPr>{char}</w:rPr></w:style>"
        )

    def size(half_points: int) -> str:
        return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'

    def colour(value: str) -> str:
        return f'<w:color w:val="{value}"/>'

    def space(before: int, after: int, line: int = 0, rule: str = "auto") -> str:
        lines = f' w:line="{line}" w:lineRule="{rule}"' if line else ""
        return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'

    none = "".join(
        f'<w:{side} w:w="{wide}" w:type="dxa"/>'
        for side, wide in (("top", 0), ("left", 0), ("bottom", 0), ("right", 0))
    )
    some = "".join(
        f'<w:{side} w:w="{wide}" w:type="dxa"/>'
        for side, wide in (("top", 30), ("left", 80), ("bottom", 30), ("right", 80))
    )
    rules = "".join(rule(side, LINE) for side in ("top", "bottom", "insideH"))
    return (
        f"{DECLARATION}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft YaHei" w:cs="Arial"/>'
        f'{colour(INK)}{size(22)}<w:lang w:val="{language.tag}" w:eastAsia="en-US" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        f"{space(0, 120, 264)}</w:pPr></w:pPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        '<w:style w:type="table" w:default="1" w:styleId="Plain"><w:name w:val="Normal Table"/>'
        f'<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>{none}</w:tblCellMar></w:tblPr>'
        '</w:style><w:style w:type="table" w:styleId="Lines"><w:name w:val="Lines"/>'
        f'<w:basedOn w:val="Plain"/><w:tblPr><w:tblBorders>{rules}</w:tblBorders>'
        f"<w:tblCellMar>{some}</w:tblCellMar></w:tblPr></w:style>"
        + style(
            "Heading1",
            "heading 1",
            f'<w:keepNext/><w:keepLines/>{space(60, 140, 240)}<w:outlineLvl w:val="0"/>',
            f"<w:b/><w:bCs/>{colour(ACCENT)}{size(30)}",
            '<w:next w:val="Normal"/>',
        )
        + style(
            "Heading2",
            "heading 2",
            f'<w:keepNext/><w:keepLines/>{space(0, 60, 240)}<w:outlineLvl w:val="1"/>',
            f"<w:b/><w:bCs/>{size(22)}",
            '<w:next w:val="Normal"/>',
        )
        + style(
            "ListBullet",
            "List Bullet",
            f'<w:numPr><w:numId w:val="1"/></w:numPr>{space(0, 40, 240)}'
            '<w:ind w:left="227" w:hanging="227"/>',
            size(20),
        )
        + style("Small", "Small", space(40, 0, 240), f"{colour(GREY)}{size(17)}")
        + style(
            "SmallRight",
            "Small Right",
            f'{space(0, 0, 240)}<w:jc w:val="right"/>',
            f"{colour(GREY)}{size(17)}",
        )
        + style("Gap", "Gap", space(0, 0, 120, "exact"), size(8))
        + style(
            "Address",
            "Address",
            space(0, 0, paper.address_line, "exact"),
            size(paper.address_size),
        )
        + style("Beside", "Beside", f'{space(0, 0, 260, "exact")}<w:jc w:val="right"/>', size(20))
        + style(
            "SchoolName",
            "School Name",
            space(0, 60, 240),
            f"<w:b/><w:bCs/>{colour(ACCENT)}{size(32)}",
        )
        + style(
            "SchoolContact",
            "School Contact",
            f'{space(0, 20, 240)}<w:jc w:val="right"/>',
            f"{colour(GREY)}{size(18)}",
        )
        + style("Signature", "Signature Name", space(560, 0), "<w:b/><w:bCs/>")
        + style("SignatureTitle", "Signature Title", space(0, 200))
        + style("TableText", "Table Text", space(0, 0, 240), size(20))
        + style(
            "TableHead",
            "Table Head",
            f"<w:keepNext/>{space(0, 0, 240)}",
            f"<w:b/><w:bCs/>{size(20)}",
        )
        + style(
            "Stamp",
            "Stamp",
            f'{space(0, 0, 240)}<w:jc w:val="center"/>',
            f"{colour(GREY)}{size(16)}",
        )
        + style("Header", "header", space(0, 0, 240), f"{colour(GREY)}{size(16)}")
        + style("Footer", "footer", space(0, 0, 240), f"{colour(GREY)}{size(16)}")
        + "</w:styles>"
    )


NUMBERING = (
    f'{DECLARATION}<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
    '<w:multiLevelType w:val="hybridMultilevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/><w:lvlText w:val="•"/>'
    '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="227" w:hanging="227"/></w:pPr></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def settings(language: Language) -> str:
    """Return the settings: Word 2013 and later, the document's language."""
    compatible = "http://schemas.microsoft.com/office/word"
    return (
        f'{DECLARATION}<w:settings {W}><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="708"/><w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{compatible}" w:val="15"/>'
        f'</w:compat><w:themeFontLang w:val="{language.tag}"/></w:settings>'
    )


def core(title: str, language: Language) -> str:
    """Return the file's properties; a screen reader says the title and uses the language."""
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>Rollbook</dc:creator>"
        f"<dc:language>{language.tag}</dc:language></cp:coreProperties>"
    )


CONTENT_TYPES = (
    f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{KIND}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{KIND}.numbering+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{KIND}.settings+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{KIND}.header+xml"/>'
    f'<Override PartName="/word/header2.xml" ContentType="{KIND}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{KIND}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-'
    'package.core-properties+xml"/></Types>'
)


def relations(targets: Iterable[tuple[str, str, str]]) -> str:
    """Return a list of relationships."""
    each = "".join(
        f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/>'
        for identity, kind, target in targets
    )
    return (
        f'{DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{each}</Relationships>'
    )


ROOT_RELATIONS = relations(
    (
        ("rId1", f"{OFFICE}/officeDocument", "word/document.xml"),
        (
            "rId2",
            "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
            "docProps/core.xml",
        ),
    )
)
BODY_RELATIONS = relations(
    (
        ("rId1", f"{OFFICE}/styles", "styles.xml"),
        ("rId2", f"{OFFICE}/settings", "settings.xml"),
        ("rId3", f"{OFFICE}/header", "header2.xml"),
        ("rId4", f"{OFFICE}/header", "header1.xml"),
        ("rId5", f"{OFFICE}/footer", "footer1.xml"),
        ("rId6", f"{OFFICE}/numbering", "numbering.xml"),
    )
)


def word_file(body: str, language: Language, title: str, number: str) -> Package:
    """Return a whole Word file around ``body``."""
    paper = language.paper
    document = (
        f"{DECLARATION}<w:document {W} {R}><w:body>{body}{section(paper)}</w:body></w:document>"
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "word/document.xml": document,
        "word/_rels/document.xml.rels": BODY_RELATIONS,
        "word/styles.xml": styles(language),
        "word/numbering.xml": NUMBERING,
        "word/settings.xml": settings(language),
        "word/header1.xml": header_first(paper),
        "word/header2.xml": header_next(),
        "word/footer1.xml": footer(language, number),
        "docProps/core.xml": core(title, language),
    }
    package = Package({})
    for name, content in parts.items():
        package.put(name, content.encode("utf-8"))
    return package


def templates() -> dict[str, Package]:
    """Return all templates by file name."""
    made = {}
    for letter in LETTERS:
        name = f"{letter.stem}.{letter.language.tag[:2]}.docx"
        title = f"{letter.language.our_reference} {letter.stem}"
        made[name] = word_file(
            letter_body(letter), letter.language, title, letter.language.our_reference
        )
    for document in DOCUMENTS:
        name = f"{document.stem}.{document.language.tag[:2]}.docx"
        made[name] = word_file(
            document_body(document), document.language, document.title, "Reference number"
        )
    return made


def main() -> None:
    """Write all templates into the folder."""
    for name, package in templates().items():
        write_whole(FOLDER / name, package.to_bytes())
        print(name)


if __name__ == "__main__":
    main()
