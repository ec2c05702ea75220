"""The words of every letter we ship, where they can be read side by side.

:mod:`tools.make_letter_templates` makes Word files of them. ``**…**`` is bold; a tag is one run of
its own, so that Word does not split it. First the fact in days, then what helps, then whom to call;
what a statute asks a school to say stands in the box after the message (``box``).
"""

from dataclasses import dataclass


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
    greeting_ends: str = ","


EN_US = Language(
    "en-US",
    LETTER,
    "Page",
    "of",
    "Letter number",
    "Dear",
    "Sincerely,",
    ("Date", "Part of the day", "What our register shows"),
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
    ":",
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
    """The words of one letter: the message, the box after it, and the page of dates.

    A letter without ``box`` has no box, one without ``dates_title`` no page of dates.
    ``class_columns`` are the columns of the table at ``CLASSES``: a heading, what stands below it.
    """

    stem: str
    language: Language
    title: str
    message: tuple[str, ...]
    box_title: str = ""
    box: tuple[str, ...] = ()
    dates_title: str = ""
    dates_intro: str = ""
    class_columns: tuple[tuple[str, str], ...] = ()


CLASSES = "[the table of classes]"
"""Stands in a message where the table of classes goes."""

LINE_OF_LIST = "{{ line }}"
"""Stands between a ``for`` and its ``endfor``: a line with a bullet for each entry of a list."""

# --- the words -----------------------------------------------------------------------------------

# An office may have no hours or e-mail to give; then the words around them go as well.
HOURS = "{% if contact_hours %} ({{ contact_hours }}){% endif %}"
CALL = (
    f"Please call {{{{ contact_name }}}} at {{{{ contact_phone }}}}{HOURS}{{% if contact_email %}} "
    "or write to {{ contact_email }}{% endif %} by {{ reply_by }}"
)
CALL_ES = (
    f"Llame a {{{{ contact_name }}}} al {{{{ contact_phone }}}}{HOURS}{{% if contact_email %}} o "
    "escriba a {{ contact_email }}{% endif %} a más tardar el {{ reply_by }}"
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
            "**{{ student_name }} missed school without an excuse on {{ days_or_parts }}** "
            "within {{ rule_period }}: {{ dates_short }}.",
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
            "**{{ student_name }} faltó a la escuela sin justificación {{ days_or_parts }}** en un "
            "período de {{ rule_period }}: {{ dates_short }}.",
            "Cada día en clase cuenta, y los días perdidos son difíciles de recuperar. Queremos "
            "ayudar con lo que dificulte la asistencia.",
            f"**Le pedimos reunirse con nosotros para hablar de estas faltas.** {CALL_ES} para "
            "elegir una hora. Si tiene un justificante para alguno de estos días, o si la lista "
            "de la página 2 es incorrecta, díganoslo también a más tardar ese día.",
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
            "**{{ student_name }} missed school without an excuse on {{ days_or_parts }}** "
            "within {{ rule_period }}. The dates are on page 2.",
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
            "**{{ student_name }} faltó a la escuela sin justificación {{ days_or_parts }}** en un "
            "período de {{ rule_period }}. Las fechas están en la "
            "página 2.",
            "Esto es serio, pero todavía se puede corregir. Queremos ayudar con lo que dificulte "
            "la asistencia. En la reunión veremos qué se ha intentado, qué ayudaría ahora y qué "
            "sigue.",
            f"**{CALL_ES} para fijar una hora.** Si tiene un justificante para alguno de estos "
            "días, o si la lista es incorrecta, díganoslo también a más tardar ese día.",
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
            "attendance committee for credit. Ask us for the form by {{ reply_by }}. Most members "
            "of the committee are classroom teachers.",
            "Absences for a serious or life-threatening illness, certified by a doctor, are not "
            "considered.",
            LAW,
        ),
        "Days missed in these classes",
        "These are the days, and the periods of each day, that we have counted as missed.",
        (
            ("Class", "name"),
            ("Days it met", "offered"),
            ("Days present", "attended"),
            ("Days needed for credit", "minimum"),
        ),
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
            "2 es incorrecta, o si la causa fue una enfermedad grave, díganoslo "
            "a más tardar ese día.",
        ),
        "Lo que dice la ley de Texas",
        (
            "Un estudiante no puede recibir crédito ni calificación final de una clase si no está "
            "presente al menos el 90 por ciento de los días en que se ofrece la clase.",
            "**Presente al menos el 75 por ciento pero menos del 90 por ciento de los días:** "
            "puede recibir el crédito si completa un plan aprobado por el director o la directora.",
            "**Presente menos del 75 por ciento, o plan sin completar:** usted puede pedir el "
            "crédito al comité de asistencia. Pídanos el formulario a más tardar el "
            "{{ reply_by }}. La mayoría del comité son maestros de aula.",
            "No se consideran las ausencias por una enfermedad grave o que pone en peligro la "
            "vida, certificada por un médico.",
            LAW_ES,
        ),
        "Días perdidos en estas clases",
        "Estos son los días, y los períodos de cada día, que hemos contado como perdidos.",
        (
            ("Clase", "name"),
            ("Días de clase", "offered"),
            ("Días presente", "attended"),
            ("Días para el crédito", "minimum"),
        ),
    ),
    Letter(
        "ca-truant",
        EN_US,
        "Let us work together on {{ student_first_name }}’s attendance",
        (
            "**{{ student_name }} has missed {{ days_or_parts }} without a valid excuse** "
            "this school year: {{ dates_short }}. A part of a day is more than 30 "
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
            "**{{ student_name }} ha faltado {{ days_or_parts }} sin justificación válida** "
            "este año escolar: {{ dates_short }}. Una parte de un día es "
            "más de 30 minutos.",
            "Los días perdidos se acumulan, y queremos ayudar a que {{ student_first_name }} esté "
            "en clase.",
            f"**Le pedimos reunirse con nosotros.** {CALL_ES}. Si hay una razón que no conocemos, "
            "o si la lista de la página 2 es incorrecta, díganoslo también a más tardar ese día.",
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
        dates_title="Sessions missed",
        dates_intro="These are the sessions that our register shows as missed.",
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
    Letter(
        "tx-warn0",
        EN_US,
        "School attendance this year: a notice to every family",
        (
            "**Every family gets this notice at the start of the school year.** It does not mean "
            "that {{ student_name }} has missed school.",
            "Each day in class counts. If your child must miss school, please tell us why and send "
            "a note as soon as you can. If health, rides, worries or anything else make it hard to "
            "come to school, tell us early. We can help.",
            f"**Do you have a question, or a new address or phone number?** {CALL}.",
        ),
        "What Texas law asks us to tell you",
        (
            "The law speaks of a student who is absent from school on 10 or more days or parts of "
            "days within six months of the same school year.",
            "The student’s parent is then subject to prosecution under section 25.093 of the Texas "
            "Education Code.",
            "The student is then subject to referral to truancy court.",
            LAW,
        ),
    ),
    Letter(
        "tx-warn0",
        ES_US,
        "La asistencia escolar este año: un aviso a todas las familias",
        (
            "**Todas las familias reciben este aviso al comienzo del año escolar.** No significa "
            "que {{ student_name }} haya faltado a la escuela.",
            "Cada día en clase cuenta. Si su hijo(a) tiene que faltar, díganos el motivo y envíe "
            "un justificante lo antes posible. Si la salud, el transporte, las preocupaciones o "
            "cualquier otra cosa dificultan la asistencia, díganoslo pronto. Podemos ayudar.",
            f"**¿Tiene una pregunta, o una nueva dirección o teléfono?** {CALL_ES}.",
        ),
        "Lo que la ley de Texas nos pide informarle",
        (
            "La ley habla de un estudiante que falta a la escuela 10 o más días o partes de días "
            "en seis meses del mismo año escolar.",
            "El padre, la madre o el tutor queda entonces sujeto a un proceso judicial según la "
            "sección 25.093 del Código de Educación de Texas.",
            "El estudiante queda entonces sujeto a ser remitido al tribunal de ausentismo.",
            LAW_ES,
        ),
    ),
    Letter(
        "tx-19w",
        EN_US,
        "Let us keep {{ student_first_name }} in school this year",
        (
            "**{{ student_name }} was absent without an excuse on {{ days_or_parts }}** this "
            "semester: {{ dates_short }}.",
            "We want {{ student_first_name }} to stay and finish school. Tell us what makes it "
            "hard to come, and we will look for a way together.",
            f"**Please talk with us.** {CALL}. If there is a note for one of these days, or if our "
            "list on page 2 is wrong, please tell us by then too.",
        ),
        "What Texas law says about students aged 19 or older",
        (
            "A school district may revoke (end) the enrollment of a student aged 19 or older for "
            "the rest of the school year if the student has more than five absences without an "
            "excuse in one semester.",
            "It may not do so on a day on which the student is present at school.",
            "The district may use a behavior improvement plan instead.",
            LAW,
        ),
        "Days that count",
        "These are the days or parts of days that we have counted. A day counts once, however many "
        "periods were missed.",
    ),
    Letter(
        "tx-19w",
        ES_US,
        "Queremos que {{ student_first_name }} siga en la escuela este año",
        (
            "**{{ student_name }} faltó a la escuela sin justificación {{ days_or_parts }}** este "
            "semestre: {{ dates_short }}.",
            "Queremos que {{ student_first_name }} siga y termine la escuela. Díganos qué "
            "dificulta la asistencia y buscaremos juntos una solución.",
            f"**Por favor, hable con nosotros.** {CALL_ES}. Si hay un justificante para alguno de "
            "estos días, o si la lista de la página 2 es incorrecta, díganoslo también "
            "a más tardar ese día.",
        ),
        "Lo que dice la ley de Texas sobre estudiantes de 19 años o más",
        (
            "Un distrito escolar puede revocar (terminar) la inscripción de un estudiante de 19 "
            "años o más por el resto del año escolar si el estudiante tiene más de cinco ausencias "
            "sin justificación en un semestre.",
            "No puede hacerlo en un día en que el estudiante esté presente en la escuela.",
            "En su lugar, el distrito puede usar un plan para mejorar la conducta.",
            LAW_ES,
        ),
        "Días que cuentan",
        "Estos son los días o partes de días que hemos contado. Un día cuenta una sola vez, sin "
        "importar a cuántas clases se faltó.",
    ),
    Letter(
        "tx-90w",
        EN_US,
        "{{ student_first_name }} has missed days that count for class credit",
        (
            "**{{ student_name }} has missed days in the classes below.** All absences count for "
            "this rule, with or without an excuse.",
            CLASSES,
            "There is still time. Each day in class from now on helps, and we want to help with "
            "whatever makes it hard to come to school.",
            f"**Please talk with us.** {CALL}. If our list on page 2 is wrong, or if serious "
            "illness was the cause, please tell us by then too.",
        ),
        "What Texas law says",
        (
            "Under section 25.092 of the Texas Education Code, a student may not get credit or a "
            "final grade for a class without being present at least 90 percent of the days the "
            "class is offered.",
            "**Present at least 75 percent but less than 90 percent of the days:** the student may "
            "get credit by completing a plan approved by the principal.",
            "**Present less than 75 percent, or plan not completed:** you may petition the "
            "attendance committee for credit.",
            "Absences for a serious or life-threatening illness, certified by a doctor, are not "
            "considered.",
        ),
        "Days missed in these classes",
        "These are the days, and the periods of each day, that we have counted as missed.",
        (
            ("Class", "name"),
            ("Days it meets in all", "offered"),
            ("Days missed so far", "missed"),
            ("Left before credit is at risk", "left"),
        ),
    ),
    Letter(
        "tx-90w",
        ES_US,
        "{{ student_first_name }} ha perdido días que cuentan para el crédito",
        (
            "**{{ student_name }} ha perdido días en las clases siguientes.** Para esta regla "
            "cuentan todas las ausencias, con o sin justificación.",
            CLASSES,
            "Todavía hay tiempo. Cada día en clase de aquí en adelante ayuda, y queremos ayudar "
            "con lo que dificulte la asistencia.",
            f"**Por favor, hable con nosotros.** {CALL_ES}. Si la lista de la página 2 es "
            "incorrecta, o si la causa fue una enfermedad grave, díganoslo también "
            "a más tardar ese día.",
        ),
        "Lo que dice la ley de Texas",
        (
            "Según la sección 25.092 del Código de Educación de Texas, un estudiante no puede "
            "recibir crédito ni calificación final de una clase si no está presente al menos el 90 "
            "por ciento de los días en que se ofrece la clase.",
            "**Presente al menos el 75 por ciento pero menos del 90 por ciento de los días:** "
            "puede recibir el crédito si completa un plan aprobado por el director o la directora.",
            "**Presente menos del 75 por ciento, o plan sin completar:** usted puede pedir el "
            "crédito al comité de asistencia.",
            "No se consideran las ausencias por una enfermedad grave o que pone en peligro la "
            "vida, certificada por un médico.",
        ),
        "Días perdidos en estas clases",
        "Estos son los días, y los períodos de cada día, que hemos contado como perdidos.",
        (
            ("Clase", "name"),
            ("Días de clase en total", "offered"),
            ("Días perdidos hasta hoy", "missed"),
            ("Quedan antes de arriesgar el crédito", "left"),
        ),
    ),
    Letter(
        "ca-tru2",
        EN_US,
        "Please meet with us about {{ student_first_name }}’s attendance",
        (
            "**{{ student_name }} has again missed {{ days_or_parts }} without a valid excuse** "
            "since our last notice: {{ dates_short }}. Arriving late without a valid excuse "
            "counts as a part of a day.",
            "This can be hard to change alone. We want to find out with you what gets in the way, "
            "and make a plan that helps {{ student_first_name }} be in class.",
            f"**Please come to a conference with us.** {CALL} to choose a time. If you have a "
            "reason we do not know, or if our list on page 2 is wrong, please tell us by then too.",
        ),
        "What California law says",
        (
            "This is the {{ report_number }} report of truancy for {{ student_first_name }} this "
            "school year.",
            "A student with three or more reports of truancy in one school year is a habitual "
            "truant, once the school has made an effort to hold a conference with a parent and the "
            "student (section 48262 of the Education Code).",
            "A habitual truant may be referred to a school attendance review board or to the "
            "probation department. We would much rather find a solution with you before that.",
            LAW,
        ),
        "Days that count",
        "These are the full days missed without a valid excuse, and the times missed or late "
        "without one, since our last notice.",
    ),
    Letter(
        "ca-tru2",
        ES_US,
        "Reúnase con nosotros por la asistencia de {{ student_first_name }}",
        (
            "**{{ student_name }} ha vuelto a faltar {{ days_or_parts }} sin justificación "
            "válida** desde nuestro último aviso: {{ dates_short }}. Llegar tarde sin "
            "justificación válida cuenta como parte de un día.",
            "Puede ser difícil cambiar esto sin ayuda. Queremos ver con usted qué lo dificulta y "
            "hacer un plan que ayude a {{ student_first_name }} a estar en clase.",
            f"**Le pedimos venir a una conferencia con nosotros.** {CALL_ES} para elegir una hora. "
            "Si hay una razón que no conocemos, o si la lista de la página 2 es incorrecta, "
            "díganoslo también a más tardar ese día.",
        ),
        "Lo que dice la ley de California",
        (
            "Este es el {{ report_number }} informe de ausentismo sin justificación (truancy) de "
            "{{ student_first_name }} en este año escolar.",
            "A un estudiante con tres o más informes en un año escolar se le considera ausente "
            "habitual sin justificación (habitual truant), una vez que la escuela se ha esforzado "
            "por tener una conferencia con el padre, la madre o el tutor y el estudiante (sección "
            "48262 del Código de Educación).",
            "Un estudiante en esa situación puede ser remitido a una junta de revisión de "
            "asistencia escolar (school attendance review board) o al departamento de libertad "
            "condicional (probation department). Preferimos encontrar antes una solución con "
            "usted.",
            LAW_ES,
        ),
        "Días que cuentan",
        "Estos son los días completos perdidos sin justificación válida, y las veces que faltó o "
        "llegó tarde sin ella, desde nuestro último aviso.",
    ),
    Letter(
        "ca-habit",
        EN_US,
        "Let us make a plan for {{ student_first_name }} together",
        (
            "**{{ student_name }} has missed {{ days_or_parts }} without a valid excuse** this "
            "school year, and we have made {{ threshold }} of truancy.",
            "It is not too late to turn this around. We want to find out what gets in the way, and "
            "agree with you and {{ student_first_name }} on what would help.",
            f"**Please meet with us before any next step is taken.** {CALL}. If you have a reason "
            "we do not know, or if our list on page 2 is wrong, please tell us by then too.",
        ),
        "What California law says",
        (
            "{{ student_first_name }} is now a habitual truant. This means three or more reports "
            "of truancy in one school year, after an effort by the school to hold a conference "
            "with a parent and the student.",
            "A habitual truant may be referred to a school attendance review board (SARB) or to "
            "the probation department. A SARB brings together parents, schools and people who work "
            "with families, to find a solution with you.",
            "If we refer {{ student_first_name }}, you will get a written notice with the reason "
            "and with the name and address of the board or department.",
            LAW,
        ),
        "Days that count",
        "These are the full days missed without a valid excuse, and the times missed or late by "
        "more than 30 minutes, that we have counted.",
    ),
    Letter(
        "ca-habit",
        ES_US,
        "Hagamos juntos un plan para {{ student_first_name }}",
        (
            "**{{ student_name }} ha faltado {{ days_or_parts }} sin justificación válida** este "
            "año escolar, y hemos hecho {{ threshold }} de ausentismo sin justificación (truancy).",
            "Todavía se puede cambiar. Queremos saber qué lo dificulta y acordar con usted y con "
            "{{ student_first_name }} qué ayudaría.",
            f"**Reúnase con nosotros antes de que se dé otro paso.** {CALL_ES}. Si hay una razón "
            "que no conocemos, o si la lista de la página 2 es incorrecta, díganoslo también "
            "a más tardar ese día.",
        ),
        "Lo que dice la ley de California",
        (
            "A {{ student_first_name }} se le considera ahora ausente habitual sin justificación "
            "(habitual truant). Esto significa tres o más informes en un año escolar, después de "
            "que la escuela se esforzó por tener una conferencia con el padre, la madre o el tutor "
            "y el estudiante.",
            "Un estudiante en esa situación puede ser remitido a una junta de revisión de "
            "asistencia escolar (school attendance review board, SARB) o al departamento de "
            "libertad condicional (probation department). Una SARB reúne a padres, escuelas y "
            "personas que trabajan con familias para encontrar una solución con usted.",
            "Si remitimos a {{ student_first_name }}, usted recibirá un aviso por escrito con "
            "el motivo y con el nombre y la dirección de la junta o del departamento.",
            LAW_ES,
        ),
        "Días que cuentan",
        "Estos son los días completos perdidos sin justificación válida, y las veces que faltó o "
        "llegó tarde por más de 30 minutos, que hemos contado.",
    ),
    Letter(
        "ca-exc",
        EN_US,
        "Let us plan for the days {{ student_first_name }} must miss",
        (
            "**{{ student_name }} has missed {{ days_counted }} of school with an excuse** this "
            "school year. Thank you for letting us know about them.",
            "Some days cannot be helped. But missed days add up, even with an excuse, and it can "
            "be hard to catch up alone.",
            f"**Tell us how we can help.** {CALL}. We can talk about make-up work, attendance "
            "recovery to make up days, and independent study if your child must be away again. If "
            "our list on page 2 is wrong, please tell us by then too.",
        ),
        "Why you are getting this letter",
        (
            "This is not a notice of truancy and not a penalty. It is an offer of support.",
            "All absences count, with or without an excuse, when California looks at who has "
            "missed 10 percent or more of the school days.",
            "Work missed on days with a valid excuse may be made up for full credit.",
        ),
        "Days that count",
        "These are the days missed with an excuse that we have counted.",
    ),
    Letter(
        "ca-exc",
        ES_US,
        "Planeemos juntos los días que {{ student_first_name }} debe faltar",
        (
            "**{{ student_name }} ha faltado {{ days_counted }} a la escuela con justificación** "
            "este año escolar. Gracias por habernos avisado.",
            "Algunos días no se pueden evitar. Pero los días perdidos se acumulan, también con "
            "justificación, y puede ser difícil ponerse al día sin ayuda.",
            f"**Díganos cómo podemos ayudar.** {CALL_ES}. Podemos hablar de las tareas pendientes, "
            "de la recuperación de asistencia para reponer días, y del estudio independiente si su "
            "hijo(a) debe ausentarse otra vez. Si la lista de la página 2 es incorrecta, díganoslo "
            "también a más tardar ese día.",
        ),
        "Por qué recibe esta carta",
        (
            "No es un aviso de ausentismo sin justificación (truancy) ni un castigo. Es una oferta "
            "de apoyo.",
            "Cuando California mira quién ha perdido el 10 por ciento o más de los días de clase, "
            "cuentan todas las ausencias, con o sin justificación.",
            "El trabajo perdido en días con justificación válida se puede reponer para obtener el "
            "crédito completo.",
        ),
        "Días que cuentan",
        "Estos son los días perdidos con justificación que hemos contado.",
    ),
    Letter(
        "withdrawal",
        EN_US,
        "We withdraw our earlier letter about {{ student_first_name }}",
        (
            "**Please set aside our letter about {{ student_name }} of {{ withdrawn_date }}.** It "
            "was about {{ withdrawn_title }} and has the number {{ withdrawn_serial }}. It no "
            "longer counts.",
            "{{ withdrawn_why }} Our files show that the letter is withdrawn. You do not need to "
            "do anything.",
            "We are sorry for any worry it has caused. Thank you for helping us keep the register "
            "right.",
            f"**Is something still wrong?** {CALL}.",
        ),
    ),
    Letter(
        "withdrawal",
        ES_US,
        "Retiramos nuestra carta anterior sobre {{ student_first_name }}",
        (
            "**Por favor, no tome en cuenta nuestra carta sobre {{ student_name }} del "
            "{{ withdrawn_date }}.** Trataba de {{ withdrawn_title }} y tiene el número "
            "{{ withdrawn_serial }}. Ya no es válida.",
            "{{ withdrawn_why }} En nuestros archivos consta que la carta se ha retirado. Usted no "
            "tiene que hacer nada.",
            "Lamentamos la preocupación que haya causado. Gracias por ayudarnos a mantener "
            "correcto el registro.",
            f"**¿Todavía hay algo incorrecto?** {CALL_ES}.",
        ),
    ),
    Letter(
        "eng-withdrawal",
        EN_GB,
        "We withdraw our earlier letter about {{ student_first_name }}",
        (
            "**Please set aside our letter about {{ student_name }} of {{ withdrawn_date }}.** It "
            "was about {{ withdrawn_title }} and has the reference {{ withdrawn_serial }}. It no "
            "longer counts.",
            "{{ withdrawn_why }} Our files show that the letter is withdrawn. You do not need to "
            "do anything.",
            "We are sorry for any worry it has caused. Thank you for helping us to keep the "
            "register right.",
            f"**Is something still wrong?** {RING}.",
        ),
    ),
    Letter(
        "eng-late",
        EN_GB,
        "{{ student_first_name }} has been arriving late: can we help?",
        (
            "**{{ student_name }} was late {{ late_times }}**"
            "{% if late_minutes %}, {{ late_minutes }} in all,{% endif %} between "
            "{{ period_from }} and {{ period_to }}.",
            "The first minutes of a session are when a class settles and hears what it is going to "
            "do. Missing them makes the rest of the day harder.",
            "**If something makes it hard to be on time, please tell us: we can help.** Journeys, "
            "younger brothers and sisters, sleep, worries about school: whatever it is, we would "
            f"like to know. {RING}.",
            "The times are listed on page 2. If any are wrong, or there was a reason that we do "
            "not know, please let us know by the same date.",
        ),
        "How late arrivals are marked",
        (
            "{% if register_times %}Our register is open {{ register_times }}. {% endif %}A pupil "
            "who arrives late while the register is open is marked L and counts as present.",
            "A pupil who arrives after the register has closed, without a reason that the school "
            "can accept, is marked U: an unauthorised absence for that session."
            '{% if late_after_close != "0" %} {{ late_after_close }} of the arrivals on page 2 '
            "came after the register had closed.{% endif %}",
        ),
        "Late arrivals",
        "These are the late arrivals that our register shows. There are two sessions in a school "
        "day, each with its own register.",
    ),
    Letter(
        "eng-nti",
        EN_GB,
        "Notice to improve {{ student_first_name }}’s attendance",
        (
            "**{{ student_name }} has {{ unexcused_count }} sessions of unauthorised absence** "
            "between {{ period_from }} and {{ period_to }}, and {{ attendance_percent }} "
            "attendance this year. There are two sessions in a school day. The sessions are listed "
            "on page 2.",
            '{%p if unresolved_count != "0" %}',
            "**For {{ unresolved_count }} of these sessions we do not know the reason yet.** If "
            "you tell us the reason, they may no longer count.",
            "{%p endif %}",
            "**We want to help.** This is the support that we have on record so far:",
            "{%p for line in support_given %}",
            LINE_OF_LIST,
            "{%p endfor %}",
            "Any of it that was not taken up is still open to you, and there may be more that we "
            f"or the local authority can offer. {RING}, to tell us what would help, or if any of "
            "the sessions are wrong.",
            "**The improvement period runs from {{ improvement_from }} to "
            "{{ improvement_until }}.** This is what will be enough by the end of it: "
            "{{ improvement_goal }}",
        ),
        "What this notice must tell you",
        (
            "Children who attend school regularly learn more, do better in examinations and find "
            "it easier to keep friends.",
            "Section 7 of the Education Act 1996 says what a parent’s duty is. A child of "
            "compulsory school age must receive a suitable full-time education, by regular "
            "attendance at school or otherwise. The parent must make sure of it.",
            "If attendance has not improved enough by the end of the improvement period, a penalty "
            "notice may be issued, or prosecution may be considered.",
            "A penalty notice may be issued before the period ends if there is further "
            "unauthorised absence in it that shows that attendance is not improving.",
            LAW,
        ),
        "Sessions of unauthorised absence",
        "These are the sessions on which this notice rests.",
    ),
)
