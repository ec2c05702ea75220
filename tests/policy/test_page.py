"""The pack as a page a lawyer can read: nothing left out, and what is unread is marked."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from rollbook.policy import SHIPPED, Dated, PolicyPack, Sure, Terms, load_pack, words
from rollbook.problems import NotAllowed
from rollbook.reports.pack_page import CHECK, PackPage, Section, pack_page
from rollbook.reports.pack_writing import as_html, as_markdown, write_page
from tests.test_cli import run

TODAY = date(2026, 11, 22)


@pytest.fixture(params=SHIPPED)
def pack(request: pytest.FixtureRequest) -> PolicyPack:
    return load_pack(request.param)


def section(page: PackPage, title: str) -> Section:
    return next(one for one in page.sections if one.title == title)


def statements(pack: PolicyPack) -> list[Dated]:
    found: list[Dated] = [terms for trigger in pack.triggers for terms in trigger.terms]
    found += [code for history in pack.code_table.values() for code in history]
    found += [value for history in pack.values.values() for value in history]
    return [*found, *pack.deadlines]


def test_everything_a_pack_states_is_on_its_page(pack: PolicyPack) -> None:
    text = as_html(pack_page(pack, TODAY, everything=True))
    shown = html.fromstring(text).text_content()
    for trigger in pack.triggers:
        assert trigger.title in shown
        assert all(terms.test_text in shown for terms in trigger.terms)
    for history in pack.code_table.values():
        assert all(one.code.meaning in shown for one in history)
    assert all(name in shown for name in pack.values)
    assert all(deadline.title in shown for deadline in pack.deadlines)
    for one in statements(pack):
        assert one.full_citation in shown and one.reference.url in text


def test_what_nobody_has_read_comes_first_and_is_marked_where_it_stands(pack: PolicyPack) -> None:
    page = pack_page(pack, TODAY)
    first = page.sections[0]
    assert first.title == "Check before relying on these" and first.rows
    listed = " ".join(row[0] for row in first.rows.rows)
    thresholds = {entry.id: entry for entry in section(page, "Thresholds").entries}
    for trigger in pack.triggers:
        terms = trigger.on(TODAY)
        if terms:
            assert thresholds[trigger.id].check == terms.sure.unread
            assert (f"{trigger.id}: " in listed) == terms.sure.unread
    for name, history in pack.values.items():
        assert (name in listed.split()) == any(
            one.sure.unread for one in history if one.holds(TODAY)
        )


def test_the_mark_is_written_out_where_the_law_is_cited(pack: PolicyPack) -> None:
    for one in statements(pack):
        unread = one.sure in (Sure.SECONDARY, Sure.GENERAL)
        assert one.full_citation.endswith(CHECK) == unread
        assert (CHECK in one.sure.in_words) == unread


def test_the_page_of_a_past_day_has_that_days_rules() -> None:
    before = pack_page(load_pack("gb-eng"), date(2024, 8, 18))
    shown = as_html(before)
    assert "Penalty notice threshold" not in shown and "60 GBP" in shown and "80 GBP" not in shown
    assert "Holiday agreed by the school" in shown
    assert any("not in force on this day" in sentence for sentence in before.says)


def test_the_page_needs_nothing_else_and_is_well_formed(pack: PolicyPack) -> None:
    text = as_html(pack_page(pack, TODAY, everything=True))
    tree = html.document_fromstring(text)
    assert not tree.xpath("//script | //img | //link")
    anchors = set(tree.xpath("//@id"))
    inside = [link[1:] for link in tree.xpath("//a/@href") if link.startswith("#")]
    assert inside and set(inside) <= anchors
    assert text.count("<article") == text.count("</article>")


def test_signs_of_html_and_markdown_in_a_districts_words_stay_words(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'extends = "us-tx"\ntitle = "Oak <b>& Ash"\n[references]\n'
        'own = { text = "Policy *A* | B" }\n'
        '[[values]]\nname = "letters.reply-days"\nvalue = 9\nfrom = 2026-08-01\n'
        'reference = "own"\nsure = "POL"\n',
        encoding="utf-8",
    )
    page = pack_page(load_pack("own", tmp_path), TODAY)
    assert "Oak &lt;b&gt;&amp; Ash" in as_html(page) and "<b>" not in as_html(page)
    assert r"Policy \*A\* \| B" in as_markdown(page)


EDGES = {
    "eng-l1": "at exactly 95 % the test is not met",
    "eng-pa": "at exactly 10 % the test is met",
    "eng-sa": "at exactly 50 % the test is met",
    "eng-pn": "10 meet it; 9 do not",
    "tx-tru3": "3 meet it; 2 do not",
    "tx-chron": "at exactly 10 % the test is not met",
    "tx-90": "exactly 90 % earns credit; exactly 75 % is a case for a plan, less for the "
    "attendance committee",
    "tx-19plus": "5 are not enough; 6 meet it",
    "ca-chron": "at exactly 10 % the test is met",
    "ca-truant": "3 meet it; 2 do not",
}


def in_force(trigger_id: str) -> Terms:
    name = {"eng": "gb-eng", "tx": "us-tx", "ca": "us-ca"}[trigger_id.split("-")[0]]
    terms = load_pack(name).trigger(trigger_id).on(TODAY)
    assert terms is not None
    return terms


@pytest.mark.parametrize(("trigger", "sentence"), EDGES.items())
def test_what_happens_at_exactly_the_number_is_said(trigger: str, sentence: str) -> None:
    assert words.at_exactly(in_force(trigger)) == sentence


def test_a_rule_says_whom_it_is_about_what_it_counts_and_in_which_window() -> None:
    notice, days = in_force("eng-pn"), in_force("tx-tru3")
    assert words.who(notice) == "ages 5 to 16; not grade or year 12, 13 or 14"
    assert "10 school weeks in a row" in words.window(notice)
    assert "across school years" in words.window(notice)
    assert words.counts(notice, "sessions").startswith("sessions with code G, N, O or U")
    assert words.who(days) == "up to and including age 18"
    assert words.window(days).endswith("inside one school year")
    assert "30 minutes" in words.counts(in_force("ca-truant"), "days")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_rule_is_said_in_whole_words(name: str) -> None:
    for trigger in load_pack(name).triggers:
        for terms in trigger.terms:
            for text in (words.who(terms), words.window(terms), words.counts(terms, "days")):
                assert text and "_" not in text and "()" not in text


def test_a_page_is_written_by_its_ending(tmp_path: Path) -> None:
    page = pack_page(load_pack("us-ca"), TODAY)
    write_page(page, tmp_path / "rules.html")
    write_page(page, tmp_path / "rules.md")
    assert (tmp_path / "rules.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert (tmp_path / "rules.md").read_text(encoding="utf-8").startswith("# California")
    with pytest.raises(NotAllowed, match="must end in .html or .md"):
        write_page(page, tmp_path / "rules.doc")


def shown(*more: object) -> dict[str, Any]:
    status, out, complaints = run("policy", "show", *more, "--json")
    assert status == 0, complaints
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_show_prints_a_pack_without_an_office(tmp_path: Path) -> None:
    found = shown("us-tx", "--on", "2026-11-22", "--office", tmp_path)
    chronic = next(one for one in found["triggers"] if one["trigger"] == "tx-chron")
    assert chronic["check"] and chronic["reference"].endswith("(check)")
    status, out, _ = run("policy", "show", "us-tx", "--office", tmp_path)
    assert status == 0 and "CHECK BEFORE RELYING ON THESE" in out and "(check)" in out
    assert "add --to rules.html" in out.splitlines()[1]


def test_show_all_adds_what_is_not_in_force(tmp_path: Path) -> None:
    past = ("gb-eng", "--on", "2020-01-06", "--office", tmp_path)
    now, everything = shown(*past), shown(*past, "--all")
    ids = [one["trigger"] for one in now["triggers"]]
    assert "eng-pa" in ids and "eng-pn" not in ids
    assert len(everything["triggers"]) == len(load_pack("gb-eng").triggers)
    assert not next(one for one in everything["triggers"] if one["trigger"] == "eng-pn")["in_force"]


def test_show_one_trigger_and_write_a_page(tmp_path: Path) -> None:
    status, out, _ = run("policy", "show", "gb-eng", "--trigger", "eng-pn", "--office", tmp_path)
    assert status == 0 and "Penalty notice" in out and "eng-l1" not in out
    page = tmp_path / "the rules.html"
    assert run("policy", "show", "gb-eng", "--to", page, "--office", tmp_path)[0] == 0
    assert b"eng-l1" in page.read_bytes()
