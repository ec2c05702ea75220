"""The page of a rule pack as a file."""

from datetime import date
from pathlib import Path

import pytest
from lxml import html

from rollbook.policy import load_pack
from rollbook.problems import NotAllowed
from rollbook.reports.pack_page import PackPage, pack_page
from rollbook.reports.pack_writing import as_html, write_page


@pytest.fixture(scope="module")
def page() -> PackPage:
    return pack_page(load_pack("us-tx"), date(2026, 11, 22))


def test_the_links_of_the_contents_are_set_apart(page: PackPage) -> None:
    nav = html.fromstring(as_html(page)).find(".//nav")
    assert nav is not None
    assert nav.text_content().split(" · ") == [section.title for section in page.sections]


def test_a_page_is_not_written_into_a_folder_that_is_not_there(
    page: PackPage, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowed, match="There is no folder"):
        write_page(page, tmp_path / "gone" / "rules.html")
