"""PDF: the text layer as paragraphs; scans, locked and broken files as one line."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.errors import UnreadableSource
from onrecord.ingest import open_source

WRAPPED = [
    "The strike in the harbour of Vesk ended on Monday after two weeks",
    "of talks, Transport Minister Oldo Kerr told reporters in the",
    "capital, and ships were sailing again by the evening.",
    None,
    "\x93We will not go back to the old rules that we had,\x94 said Mara",
    "Tolen, who leads the union of dock workers and who has asked the",
    "government for higher pay since the new year.",
]
PARAGRAPHS = [
    "The strike in the harbour of Vesk ended on Monday after two weeks of talks, Transport Minister Oldo Kerr told "
    "reporters in the capital, and ships were sailing again by the evening.",
    "“We will not go back to the old rules that we had,” said Mara Tolen, who leads the union of dock workers and "
    "who has asked the government for higher pay since the new year.",
]


def page(lines: list[str | None], *, top: int = 700) -> bytes:
    """Return the drawing of lines in 12 points; None is a gap."""
    shown, y = [], top
    for line in lines:
        if line is not None:
            text = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            shown.append(f"BT /F1 12 Tf 72 {y} Td ({text}) Tj ET")
        y -= 15
    return "\n".join(shown).encode("latin-1")


def pdf_of(*pages: bytes, info: str = "", trailer: str = "") -> bytes:
    """Return a PDF file with the drawings of its pages."""
    kids = " ".join(f"{4 + 2 * k} 0 R" for k in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for k, drawing in enumerate(pages):
        packed = zlib.compress(drawing)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * k} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream")
    objects.append(f"<< {info} >>".encode())
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R "
    return out + f"{end}/Info {len(objects)} 0 R {trailer} >>\nstartxref\n{len(out)}\n%%EOF\n".encode()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(content: bytes, name: str = "article.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableSource) as caught:
        open_source(path)
    assert str(caught.value).isprintable()
    return caught.value.found


@pytest.mark.parametrize("name", ["article.pdf", "article.txt", "article"])
def test_pdf_lines_become_paragraphs(write, name):
    document = open_source(write(pdf_of(page(WRAPPED)), name))
    assert document.text.split("\n\n") == PARAGRAPHS
    assert (document.published, document.name, document.language) == (
        None,
        str(write(pdf_of(page(WRAPPED)), name)),
        "en",
    )


def test_pdf_paragraph_goes_on_over_pages_without_heads_and_numbers(write):
    head = "The Vesk Daily - Monday 4 March"
    document = open_source(
        write(
            pdf_of(
                page([head, None, *WRAPPED[:2], None, "Page 1 of 3"]),
                page([head, None, WRAPPED[2], None, "Page 2 of 3"]),
                page([head, None, *WRAPPED[4:], None, "3"]),
            )
        )
    )
    assert document.text.split("\n\n") == PARAGRAPHS


def test_pdf_words_that_a_hyphen_parts_are_whole(write):
    lines = [
        "The strike in the harbour of Vesk ended on Monday after two long weeks of nego-",
        "tiations, Oldo Kerr said.",
    ]
    assert "weeks of negotiations, Oldo Kerr said." in open_source(write(pdf_of(page(lines)))).text


def test_pdf_words_that_have_a_hyphen_elsewhere_keep_it(write):
    lines = [
        "The well-known ship Anglia sailed from the harbour of Vesk on Monday, and the well-",
        "known captain said no.",
    ]
    assert "and the well-known captain" in open_source(write(pdf_of(page(lines)))).text


def test_pdf_headline_and_short_lines_stay_apart(write):
    lines = ["Harbour strike ends", None, *WRAPPED[:3]]
    document = open_source(write(pdf_of(page(lines))))
    assert document.text.split("\n\n") == ["Harbour strike ends", PARAGRAPHS[0]]
    assert document.title == "Harbour strike ends"


@pytest.mark.parametrize(
    ("stated", "title"), [("The strike in the harbour", "The strike in the harbour"), ("x.doc", None)]
)
def test_pdf_title_is_believed_where_the_text_has_it(write, stated, title):
    assert open_source(write(pdf_of(page(WRAPPED), info=f"/Title ({stated}) /Author (user7)"))).title == title


def test_pdf_in_another_language_is_refused(write):
    lines = [
        "Le ministre des Transports a d\xe9clar\xe9 lundi que la gr\xe8ve du port \xe9tait termin\xe9e",
        "apr\xe8s deux semaines",
    ]
    assert "French" in refusal(write(pdf_of(page(lines * 3))))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (pdf_of(b"0 0 100 100 re f"), "no text layer: scanned?"),
        (pdf_of(page(["12"])), "no text layer: scanned?"),
        (pdf_of(), "broken"),
        (pdf_of(page(WRAPPED))[:300], "broken"),
        (b"%PDF-1.7\n%...", "a PDF file"),
        (pdf_of(*[page(["x"])] * 2001), "2001 pages"),
        (
            pdf_of(
                page(WRAPPED),
                trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 "
                f"/O <{'ab' * 32}> /U <{'cd' * 32}> >> /ID [<{'00' * 16}> <{'00' * 16}>]",
            ),
            "encrypted",
        ),
        (b"", "empty"),
        (pdf_of(b"BT (x) Tj ET " * 6_000_000), "a bomb?"),
        (pdf_of(zlib.compress(bytes(70_000_000), 9)), "a bomb?"),
        (b"%PDF-1.4\n1 0 obj << /Filter /LZWDecode >> stream\n" + bytes(200_000) + b"\nendstream endobj", "a bomb?"),
    ],
    ids=["scan", "number", "no pages", "cut", "head", "pages", "encrypted", "empty", "bomb", "twice", "old"],
)
def test_pdf_that_cannot_be_read_is_refused(write, content, found, capfd):
    assert found in refusal(write(content))
    assert capfd.readouterr() == ("", "")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(st.data())
def test_pdf_with_any_damage_ends_in_a_document_or_a_line(write, data):
    whole = pdf_of(page(WRAPPED), page(WRAPPED))
    damaged = bytearray(whole[: data.draw(st.integers(6, len(whole)))])
    for _ in range(data.draw(st.integers(0, 8))):
        damaged[data.draw(st.integers(5, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        text = open_source(write(bytes(damaged))).text
    except UnreadableSource as error:
        text = str(error)
    assert text.strip()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary())
def test_pdf_of_any_bytes_is_refused(write, content):
    assert "a PDF file" in refusal(write(b"%PDF-1.4\n" + content))


def test_pdf_of_the_guidelines_reads_as_prose(shared):
    path = shared / "data" / "polnear" / "guidelines" / "guidelines.pdf"
    if not path.is_file():
        pytest.skip(f"{path}: the guidelines are not here")
    paragraphs = open_source(path).text.split("\n\n")
    assert any(
        "The author is the person who wrote the articles you’ll be reading, and the source is" in p for p in paragraphs
    )
