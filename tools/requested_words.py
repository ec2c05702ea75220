"""The words of the letters that a clerk asks for: no count finds them, their facts are given.

Written as in :mod:`tools.letter_words`, whose other letters rest on a rule of the pack.
"""

from tools.letter_words import (
    CALL,
    CALL_ES,
    EN_GB,
    EN_US,
    ES_US,
    LAW,
    LAW_ES,
    RING,
    Letter,
)

# Who gives no time, place or names leaves no hole in the sentence.
TIME = "{% if meeting_time %} at {{ meeting_time }}{% endif %}"
PLACE = "{% if meeting_place %}, {{ meeting_place }}{% endif %}"
TIME_ES = "{% if meeting_time %}, {{ meeting_time }}{% endif %}"  # “a las”, but “a la” 1:30
WHO = "{% if meeting_who %} {{ meeting_who }} will be there.{% endif %}"
WHO_ES = "{% if meeting_who %} Estará presente: {{ meeting_who }}.{% endif %}"
KEPT = (
    "{% if meeting_date %} We have kept {{ meeting_date }}"
    f"{TIME}{PLACE} for this.{WHO}{{% endif %}}"
)
KEPT_ES = (
    "{% if meeting_date %} Hemos reservado el {{ meeting_date }}"
    f"{TIME_ES}{PLACE}.{WHO_ES}{{% endif %}}"
)

REQUESTED = (
    Letter(
        "tx-committee",
        EN_US,
        "{{ student_first_name }}’s class credit: what the committee decided",
        (
            "**The attendance committee has looked at credit for {{ student_name }} in "
            "{{ course }}.** This is what it decided: {{ decision }}",
            "{%p if conditions %}",
            "**What {{ student_first_name }} still needs to do:** {{ conditions }}",
            "{%p endif %}",
            "We want to help {{ student_first_name }} finish this class well. If you are not sure "
            f"what to do next, or if anything in this letter is wrong, let us talk. {CALL}.",
        ),
        "If you do not agree",
        (
            "You may appeal this decision to the board of trustees of the school district. Please "
            "ask for it in writing by {{ appeal_by }}. We will tell you how.",
            "A student may not get credit or a final grade for a class without being present at "
            "least 90 percent of the days the class is offered. The committee may still give "
            "credit because of extenuating circumstances. These are good reasons for the days "
            "missed.",
            LAW,
        ),
    ),
    Letter(
        "tx-committee",
        ES_US,
        "El crédito de {{ student_first_name }}: lo que decidió el comité",
        (
            "**El comité de asistencia ha revisado el crédito de {{ student_name }} en "
            "{{ course }}.** Esto es lo que decidió: {{ decision }}",
            "{%p if conditions %}",
            "**Lo que {{ student_first_name }} todavía debe hacer:** {{ conditions }}",
            "{%p endif %}",
            "Queremos ayudar a {{ student_first_name }} a terminar bien esta clase. Si no está "
            "claro qué sigue, o si algo en esta carta es incorrecto, hablemos. "
            f"{CALL_ES}.",
        ),
        "Si no está de acuerdo",
        (
            "Usted puede apelar esta decisión ante la junta directiva (board of trustees) del "
            "distrito escolar. Pídalo por escrito a más tardar el {{ appeal_by }}. Le diremos "
            "cómo.",
            "Un estudiante no puede recibir crédito ni calificación final de una clase si no está "
            "presente al menos el 90 por ciento de los días en que se ofrece la clase. Aun así, el "
            "comité puede dar el crédito por circunstancias atenuantes. Estas son buenas razones "
            "para las faltas.",
            LAW_ES,
        ),
    ),
    Letter(
        "ca-sarb",
        EN_US,
        "A meeting to find help for {{ student_first_name }}",
        (
            "**{{ student_name }} has missed {{ days_missed }} of school this year.** We have "
            "asked this board to help: {{ board_name }}.",
            "The board brings together people from schools and from services for families. Its "
            "task is to find a way forward with you, and to open doors to help.",
            "**The meeting is on {{ meeting_date }} at {{ meeting_time }}, "
            f"{{{{ meeting_place }}}}.**{WHO} Please come with {{{{ student_first_name }}}}, and "
            "tell us if you need an interpreter.",
            f"{CALL} if you have a question, or if anything here is wrong.",
        ),
        "What California law asks us to tell you",
        (
            "{{ student_first_name }} has been referred to: {{ board_name }}, {{ board_address }}.",
            "The reason for the referral: {{ reason_given }}",
            "You and {{ student_first_name }} are required, along with the person who makes the "
            "referral, to meet with the board. There you will look for the right next step.",
            LAW,
        ),
    ),
    Letter(
        "ca-sarb",
        ES_US,
        "Una reunión para buscar ayuda para {{ student_first_name }}",
        (
            "**{{ student_name }} ha faltado {{ days_missed }} a la escuela este año.** Hemos "
            "pedido ayuda a esta junta: {{ board_name }}.",
            "La junta reúne a personas de las escuelas y de servicios para familias. Su tarea es "
            "encontrar una solución con usted y abrir puertas a la ayuda.",
            "**La reunión es el {{ meeting_date }}, {{ meeting_time }}, "
            f"{{{{ meeting_place }}}}.**{WHO_ES} Venga con {{{{ student_first_name }}}}, y díganos "
            "si necesita un intérprete.",
            f"{CALL_ES} si tiene una pregunta, o si algo en esta carta es incorrecto.",
        ),
        "Lo que la ley de California nos pide decirle",
        (
            "{{ student_first_name }} ha sido remitido(a) a: {{ board_name }}, "
            "{{ board_address }}.",
            "La razón de la remisión: {{ reason_given }}",
            "Usted y {{ student_first_name }} tienen la obligación de reunirse con la junta, junto "
            "con la persona que hace la remisión. Allí buscarán el mejor paso siguiente.",
            LAW_ES,
        ),
    ),
    Letter(
        "ca-fail",
        EN_US,
        "{{ student_first_name }} needs help to pass {{ course }}",
        (
            "**{{ student_name }} is in danger of failing {{ course }}.**"
            "{% if course_grade %} The grade so far is {{ course_grade }}.{% endif %} "
            "{{ student_first_name }} has missed {{ days_missed }} of school this year, for any "
            "reason.",
            "There is still time. We would like to find out with you what is hard, and what would "
            "help.",
            f"**Please meet with us to make a plan.**{KEPT} {CALL}, also if our record is wrong.",
        ),
        "What California law says",
        (
            "When a teacher sees that a student is in danger of failing a course, the school must "
            "hold a conference with the parent or send a written report. This letter is that "
            "report.",
            "A student may fail the course at the end of the grading period even if the parent "
            "does not come to a conference or does not answer. So please let us know what day "
            "suits you.",
            LAW,
        ),
    ),
    Letter(
        "ca-fail",
        ES_US,
        "{{ student_first_name }} necesita ayuda para aprobar {{ course }}",
        (
            "**{{ student_name }} está en peligro de reprobar {{ course }}.**"
            "{% if course_grade %} La calificación hasta ahora es {{ course_grade }}.{% endif %} "
            "{{ student_first_name }} ha faltado {{ days_missed }} a la escuela este año, por "
            "cualquier motivo.",
            "Todavía hay tiempo. Queremos ver con usted qué es difícil y qué ayudaría.",
            f"**Reúnase con nosotros para hacer un plan.**{KEPT_ES} {CALL_ES}, también si nuestro "
            "registro es incorrecto.",
        ),
        "Lo que dice la ley de California",
        (
            "Cuando un maestro ve que un estudiante está en peligro de reprobar un curso, la "
            "escuela debe tener una conferencia con el padre, la madre o el tutor, o enviar un "
            "informe por escrito. Esta carta es ese informe.",
            "Un estudiante puede reprobar el curso al final del período aunque el padre, la madre "
            "o el tutor no venga a una conferencia o no conteste. Por eso, díganos qué día le "
            "conviene.",
            LAW_ES,
        ),
    ),
    Letter(
        "improvement",
        EN_US,
        "Thank you: {{ student_first_name }} is in class more often",
        (
            "**{{ student_name }} missed {{ days_now }} from {{ now_from }} to {{ now_to }}.** In "
            "the {{ stretch }} before that, it was {{ days_before }}. That is {{ days_better }} "
            "more in school.",
            "This can take a lot of work at home, and we see it. Each day in class makes the next "
            "one easier.",
            "**Thank you, and please tell {{ student_first_name }} that we noticed.**",
            f"Would any help make it easier to keep going? {CALL}. If our count is wrong, please "
            "tell us by then too.",
        ),
    ),
    Letter(
        "improvement",
        ES_US,
        "Gracias: {{ student_first_name }} está más días en clase",
        (
            "**{{ student_name }} faltó {{ days_now }} del {{ now_from }} al {{ now_to }}.** En "
            "los {{ stretch }} anteriores fueron {{ days_before }}. Son {{ days_better }} más en "
            "la escuela.",
            "Esto puede exigir mucho esfuerzo en casa, y lo valoramos. Cada día en clase hace más "
            "fácil el siguiente.",
            "**Gracias. Por favor, dígale a {{ student_first_name }} que lo hemos notado.**",
            f"¿Hay algo que ayude a seguir así? {CALL_ES}. Si nuestra cuenta es incorrecta, "
            "díganoslo también a más tardar ese día.",
        ),
    ),
    Letter(
        "eng-leave",
        EN_GB,
        "Leave of absence for {{ student_first_name }}: our answer",
        (
            "**You asked for {{ student_name }} to be away from school from {{ leave_from }} to "
            "{{ leave_to }}.** We have looked at what you told us, and we cannot agree to this "
            "leave.{% if reason_given %} {{ reason_given }}{% endif %}",
            "We know that this is not the answer you hoped for. In term time a school may give "
            "leave only in exceptional circumstances. A parent with whom the child normally lives "
            "has to ask for it beforehand, and each request is looked at on its own.",
            "**If there is something that we do not know, please tell us, and we will look "
            f"again.** {RING}. If the dates above are wrong, please tell us by then too.",
        ),
        "If {{ student_first_name }} is away on these days",
        (
            "Each session missed without our agreement is an unauthorised absence. On a holiday it "
            "is marked G. There are two sessions in a school day.",
            "{% if threshold %}At {{ threshold }} of unauthorised absence within "
            "{{ rule_period }} a{% else %}A{% endif %} school must consider whether a penalty "
            "notice is right. It is not automatic: each case is looked at on its own.",
            "A notice is for each parent and for each child. The first is {{ penalty_first }} if "
            "paid within {{ penalty_first_days }} days of receiving it, and {{ penalty_full }} if "
            "paid after that within {{ penalty_full_days }} days.",
            "A second notice to the same parent for the same child within three years is "
            "{{ penalty_full }}, to be paid within {{ penalty_full_days }} days. There is no third "
            "notice in three years; another legal measure, such as prosecution, is then "
            "considered.",
            LAW,
        ),
    ),
    Letter(
        "eng-contract",
        EN_GB,
        "Let us agree together what will help {{ student_first_name }}",
        (
            "**{{ student_name }} has missed {{ days_missed }} of school** between "
            "{{ period_from }} and {{ period_to }}. We would like to find out with you what gets "
            "in the way, agree what would help, and write it down. This is called an attendance "
            "contract.",
            "**Please meet us on {{ meeting_date }} at {{ meeting_time }}, {{ meeting_place }}.** "
            "With you will be: {{ meeting_who }}. {{ student_first_name }} is welcome too, and so "
            "is anyone you would like to bring.",
            "If this day does not suit you, if you need an interpreter, or if our figures are "
            f"wrong, please tell us. {RING}.",
        ),
        "What an attendance contract is",
        (
            "It is voluntary. You do not have to agree to one, and it is not a penalty. It does "
            "not bind anyone in law.",
            "It says what you agree to do and for how long, what help the school or the local "
            "authority agrees to give, and when we will look together at how it is going.",
            "It can only be agreed with you there. We will not write one without you.",
            LAW,
        ),
    ),
    Letter(
        "eng-medical",
        EN_GB,
        "If {{ student_first_name }} is unwell: how we can help",
        (
            "**{{ student_name }} has missed {{ days_missed }} of school** between "
            "{{ period_from }} and {{ period_to }}. If illness or a health need is a part of this, "
            "we would like to help.",
            "**Would you like to talk with us?** We can look at what would make school days "
            "easier, at a health care plan, at work for days that must be missed, and at what the "
            f"local authority can provide.{KEPT}",
            "{{ student_first_name }} is welcome to join us. "
            f"{RING}. If our figures are wrong, please tell us by then too.",
        ),
        "What you can expect of us",
        (
            "This letter offers help. It is not a warning.",
            "You do not need to send medical evidence because of it. What you tell us is normally "
            "enough. If we need to understand more, a conversation will often do.",
            "When it is clear that a child will be away for 15 school days or more because of "
            "health needs, at one time or in all, the local authority should arrange other "
            "suitable education. We will help you to ask for it.",
            LAW,
        ),
    ),
    Letter(
        "eng-improvement",
        EN_GB,
        "Thank you: {{ student_first_name }} is in school more often",
        (
            "**{{ student_name }} missed {{ days_now }} between {{ now_from }} and "
            "{{ now_to }}.** In the {{ stretch }} before that, it was {{ days_before }}. That is "
            "{{ days_better }} more in school.",
            "This can take a lot of effort at home, and we see it. Each day in school makes the "
            "next one easier.",
            "**Thank you, and please tell {{ student_first_name }} that we have noticed.**",
            "If there is anything that would help to keep it up, or if our figures are wrong, "
            f"please tell us. {RING}.",
        ),
    ),
)
