"""What the page shows of events: each tied to its words, in order, by person, and escaped."""

import re
from html.parser import HTMLParser

from onrecord.export import to_html
from tests.cases import Step, article
from tests.dam import HOSTILE, dam_record

CASE = article(
    Step("arrest", date="2016-09", by="police"),
    Step("sentence", date="2016-10", term="P2Y6M", offence="posts"),
    Step("release", "planned", who="Tomas Rell", reporter="Mara Quist", sure=0.3),
    published="2018-08-27",
)


class Elements(HTMLParser):
    """Every element with its attributes, and the text of the page."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append(dict(attributes))

    def handle_data(self, data):
        self.text += f" {data}"


def test_page_ties_each_event_to_its_words():
    elements = Elements(to_html([CASE])).found
    ids = [element["id"] for element in elements if "id" in element]
    assert len(set(ids)) == len(ids)
    for event in CASE.events:
        assert {event.id, f"in-{event.id}", f"{event.id}-head"} <= set(ids)
        assert any(event.id in e.get("data-s", "").split() and "event" in e.get("class", "") for e in elements)
    links = {e["href"][1:] for e in elements if e.get("href", "").startswith("#")}
    assert links <= set(ids)


def test_page_lists_what_happened_by_person_with_the_status():
    text = " ".join(Elements(to_html([CASE])).text.split())
    assert "What happened 3 Irena Vokal imprisoned (sentenced 2016-10) 2016-09 arrested by police" in text
    assert "sentenced , 2 years 6 months (P2Y6M) for posts" in text
    assert "Tomas Rell detained (release planned) undated release planned according to Mara Quist unsure" in text
    assert "3 events" in text


def test_page_without_events_says_nothing_of_them():
    assert "What happened" not in to_html([dam_record()])


def test_page_escapes_the_words_of_events():
    hostile = article(Step("arrest", offence=HOSTILE, who=HOSTILE, by=HOSTILE, place=HOSTILE, reporter=HOSTILE))
    page = to_html([hostile])
    assert "<img src=x" not in page
    assert len(re.findall("</script>", page)) == 1


def test_page_with_an_article_twice_keeps_its_anchors_apart():
    ids = [element["id"] for element in Elements(to_html([CASE, CASE])).found if "id" in element]
    assert len(set(ids)) == len(ids)
