"""What the page shows of disputes: sides next to each other, each voice tied to its card, and all of it escaped."""

import re
from dataclasses import replace

from onrecord.export import to_html
from tests.dam import dam_record
from tests.quarrel import hostile_quarrel, quarrel
from tests.test_export_events import Elements

QUARREL = quarrel()


def section_of(page):
    """The section that lists the disputes, as HTML."""
    return page[page.index('<details class="disputes"') :].partition("</details>")[0]


def text_of(markup):
    return " ".join(Elements(markup).text.split())


def test_page_shows_sides_next_to_each_other():
    text = text_of(section_of(to_html([QUARREL])))
    assert text.startswith(
        "Disputes 3 the ferry ban 91 % over a cause or motive reported as a clash (“disputed”) "
        "Irena Vokal “the ferry ban was an act of mercy for the crews of the Sound” "
        "Tomas Rell the ferry ban was forced on Iskar by the banks"
    )
    assert "Dock union oppose nobody in the harbour had asked for mercy" in text
    assert "over a denial inferred from what they hold" in text


def test_page_shortens_what_is_held():
    [said] = re.findall(r"<blockquote[^>]*>(the ferry ban was forced.*?)</blockquote>", section_of(to_html([QUARREL])))
    assert said.endswith(" …")
    assert 140 < len(said) <= 162
    assert QUARREL.document.slice(QUARREL.statements[2].content).startswith(said.removesuffix(" …"))


def test_page_shows_a_side_that_nobody_is_quoted_for():
    text = text_of(section_of(to_html([QUARREL])))
    assert "event Tomas Rell: released, 2031-05 Mara Quist deny Rell is out" in text
    assert "not quoted “the Sound is poisoned” Harbour board not said the Sound is clean" in text


def test_page_marks_an_unsure_dispute():
    section = section_of(to_html([QUARREL]))
    assert re.findall(r'class="(dispute(?: unsure)?)"', section) == ["dispute", "dispute", "dispute unsure"]
    assert "49 % over what happened inferred from what they hold unsure" in text_of(section)


def test_page_ties_each_voice_to_its_card_and_back():
    elements = Elements(to_html([QUARREL])).found
    ids = [element["id"] for element in elements if "id" in element]
    links = [element["href"][1:] for element in elements if element.get("href", "").startswith("#")]
    assert len(set(ids)) == len(ids)
    assert set(links) <= set(ids)
    for dispute in QUARREL.disputes:
        for entry in (*dispute.statements, *(event for side in dispute.positions for event in side.events)):
            assert entry in links
        assert dispute.id in links


def test_page_says_on_a_card_who_is_against_it():
    told = [text_of(f"<p {card}") for card in to_html([QUARREL]).split('<li class="card f')[1:]]
    assert "disputed by Tomas Rell , Dock union" in told[0]
    assert "disputed by Irena Vokal" in told[1]
    assert "disputed by Irena Vokal" in told[2]
    assert "in dispute" in told[3]
    assert "in dispute" in told[4]


def test_page_says_on_an_event_who_is_against_it():
    happened = to_html([QUARREL]).split('<details class="cases"')[1].partition("</details>")[0]
    assert "Tomas Rell was freed in May. disputed by Mara Quist" in text_of(happened)


def test_page_keeps_the_disputes_of_an_article_that_stands_twice_apart():
    elements = Elements(to_html([QUARREL, QUARREL])).found
    ids = [element["id"] for element in elements if "id" in element]
    assert len(set(ids)) == len(ids)
    assert {f"{dispute.id}-2" for dispute in QUARREL.disputes} <= set(ids)


def test_page_says_where_a_side_was_left_out():
    assert "left out of this record" in to_html([replace(QUARREL, events=(), custody=())])


def test_page_without_disputes_says_nothing_of_them():
    page = to_html([dam_record()])
    assert '<details class="disputes"' not in page
    assert "disputed by" not in page
    assert "dispute</span>" not in page


def test_page_counts_disputes():
    assert "<span>3 disputes</span>" in to_html([QUARREL])


def test_page_escapes_the_words_of_disputes():
    page = to_html([hostile_quarrel()])
    assert "<img" not in page
    assert "onerror=alert(1)&gt;" in section_of(page)
    assert "49" not in section_of(page)
    assert len(re.findall("</script>", page)) == len(re.findall("</style>", page)) == 1
    assert not [e for e in Elements(page).found if any(name.startswith("on") for name in e)]
