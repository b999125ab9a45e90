"""TEI P5: a folder with one file an article, `doc-….xml`, that the schema `tei_all` finds valid.

| in the record | in the file |
|---|---|
| article | `sourceDesc/bibl`; each line of its text is a `p`, whose `n` is the offset of its first character |
| content of a statement | `said`, with `who` and `toWhom` (what was told to whom), `direct`, and the confidence as `cert` |
| form, act, and that it was not said | `ana`, which points to the `taxonomy` in the header: `#form-mixed #act-deny #negated` |
| cue, source, addressee, channel | `seg` of that `type`; `corresp` is its statement |
| words that tell when it was said | `date`, with `when` (`when-iso` for weeks) |
| person, organisation and group, place, document | `listPerson`, `listOrg`, `listPlace`, `listBibl` in the header |
| mention | `persName`, `orgName`, `placeName` for a name, else `rs`; its `ref` is the entity |
| role of a person | `occupation`, with `from` and `to` |
| who it is across articles | `idno` of the type `identity` |
| review | a `change` whose `target` is the statement |
| what read it | `application` |

XML elements nest, passages do not have to. A passage that goes over a line break or crosses another is several elements:
the first has the id (`st-…`), the others `st-….2` and so on, and `next` and `prev` chain them in the order of the text,
as they do for a content of several passages. `direct` is `false` for a mixed form; its `ana` tells. `aloud` is left
out: an article does not tell whether something was said or written.

**Offsets hold.** What XML cannot carry (control characters, lone surrogates) is U+FFFD, one character for one, so
`n` plus the number of characters before a place in its `p` is the place in the text. Only `p` holds text, and only
line breaks stand between them.
"""  # noqa: E501

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from onrecord.export.format import Format, Who, identity_of, inside, safe_id
from onrecord.model import Document, Entity, Passage, Record, Role, Statement

_NAMES = {"person": "persName", "organization": "orgName", "group": "orgName", "place": "placeName"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_WEEK = re.compile(r"\d{4}-W\d{2}(-\d)?")
_VERSION = re.compile(r"\d+[a-z]*\d*(\.\d+[a-z]*\d*){0,3}")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")
_LINE = re.compile("[^\n]+")


def to_tei(record: Record, who: Who) -> str:
    """Return a record as a TEI document."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_root(record, who)}\n'


# Text as XML


def _text(words: str) -> str:
    words = _NOT_XML.sub("\ufffd", words)
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def _element(name: str, *inside: str, **attributes: str | None) -> str:
    """Return an element of finished XML; `xml_id` is the attribute `xml:id`, `when_iso` is `when-iso`."""
    return f"{_open(name, attributes)}{''.join(inside)}</{name}>"


def _open(name: str, attributes: Mapping[str, str | None]) -> str:
    shown = "".join(
        f' {key.replace("xml_", "xml:").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{shown}>"


def _value(words: str) -> str:
    return _text(words).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")


# The header


def _root(record: Record, who: Who) -> str:
    document = record.document
    parts = (
        _element("fileDesc", _title_statement(document), _publication(), _sources(record)),
        _encoding(record),
        _profile(record, who),
        _revisions(record),
    )
    header = _element("teiHeader", "\n".join(part for part in parts if part))
    body = _element("text", _element("body", _paragraphs(record)), xml_lang=_language(document))
    return _element("TEI", header, "\n", body, xmlns="http://www.tei-c.org/ns/1.0", xml_id=document.id)


def _language(document: Document) -> str | None:
    return document.language if _LANGUAGE.fullmatch(document.language or "") else None


def _title_statement(document: Document) -> str:
    author = _element("author", _text(document.byline)) if document.byline else ""
    return _element("titleStmt", _element("title", _text(document.title or document.name or document.id)), author)


def _publication() -> str:
    return _element("publicationStmt", _element("p", "Statements marked by onrecord."))


def _sources(record: Record) -> str:
    document = record.document
    parts = [
        _element("title", _text(document.title or document.name or document.id)),
        _element("author", _text(document.byline)) if document.byline else "",
        _element("publisher", _text(document.publisher)) if document.publisher else "",
        _date(document.published, _text(document.published)) if document.published else "",
        _element("idno", _text(document.url), type="URL") if document.url else "",
        _element("idno", _text(document.name), type="name") if document.name else "",
        _element("idno", document.digest, type="SHA-256"),
    ]
    papers = [
        _element("bibl", _element("title", _text(entity.called)), xml_id=safe_id("en", entity.id))
        for entity in record.entities
        if entity.kind == "document"
    ]
    return _element("sourceDesc", _element("bibl", *parts), _element("listBibl", *papers) if papers else "")


def _date(value: str, words: str, **attributes: str | None) -> str:
    return _element("date", words, **_when(value), **attributes)


def _when(value: str | None, key: str = "when") -> dict[str, str | None]:
    if value and _DAY.fullmatch(value):
        return {key: value}
    return {f"{key}_iso": value} if value and _WEEK.fullmatch(value) else {}


def _encoding(record: Record) -> str:
    categories: dict[str, str] = {f"form-{s.form}": s.form for s in record.statements}
    categories |= {_act(s): s.act for s in record.statements}
    if any(statement.negated for statement in record.statements):
        categories["negated"] = "it was not said or held"
    shown = [
        _element("category", _element("catDesc", _text(words)), xml_id=key) for key, words in sorted(categories.items())
    ]
    taxonomy = _element("classDecl", _element("taxonomy", *shown)) if shown else ""
    program = ""
    if record.read_by:
        version = record.read_by.version
        program = _element(
            "appInfo",
            _element(
                "application",
                _element("label", _text(f"onrecord {version}")),
                _element("p", _text(f"model {record.read_by.model}")),
                ident="onrecord",
                version=version if _VERSION.fullmatch(version) else "0",
            ),
        )
    return _element("encodingDesc", taxonomy, program) if taxonomy or program else ""


def _act(statement: Statement) -> str:
    return "act-" + re.sub(r"[^a-z]", "-", statement.act)


def _profile(record: Record, who: Who) -> str:
    document = record.document
    people = [_person(document, entity, who) for entity in record.entities if entity.kind == "person"]
    bodies = [
        _someone("org", document, entity, who) for entity in record.entities if entity.kind in ("organization", "group")
    ]
    places = [_someone("place", document, entity, who) for entity in record.entities if entity.kind == "place"]
    people_lists = (_element("listPerson", *people) if people else "") + (
        _element("listOrg", *bodies) if bodies else ""
    )
    language = _language(document)
    parts = (
        _element("langUsage", _element("language", _text(language), ident=language)) if language else "",
        _element("particDesc", people_lists) if people_lists else "",
        _element("settingDesc", _element("listPlace", *places)) if places else "",
    )
    return _element("profileDesc", *parts) if any(parts) else ""


def _names(entity: Entity, name: str) -> str:
    first = _element(name, _text(entity.name)) if entity.name is not None else ""
    label = _element(name, _text(entity.label), type="description") if entity.label is not None else ""
    return first + label + "".join(_element(name, _text(alias), type="alias") for alias in entity.aliases)


def _identity(document: Document, entity: Entity, who: Who) -> str:
    identity = identity_of(document, entity, who)
    return _element("idno", identity.id, type="identity") if identity else ""


def _person(document: Document, entity: Entity, who: Who) -> str:
    roles = "".join(map(_occupation, entity.roles))
    return _element(
        "person",
        _names(entity, "persName"),
        roles,
        _identity(document, entity, who),
        xml_id=safe_id("en", entity.id),
    )


def _occupation(role: Role) -> str:
    words = f"{role.title} ({role.organization})" if role.organization else role.title
    return _element(
        "occupation", _text(words), type=role.status, **_when(role.since, "from"), **_when(role.until, "to")
    )


def _someone(element: str, document: Document, entity: Entity, who: Who) -> str:
    return _element(
        element,
        _names(entity, _NAMES[entity.kind]),
        _identity(document, entity, who),
        xml_id=safe_id("en", entity.id),
        type="group" if entity.kind == "group" else None,
    )


def _revisions(record: Record) -> str:
    changes = [
        _element(
            "change",
            _text(f"{statement.review.verdict} by {statement.review.by}"),
            **_when(statement.review.on),
            target=f"#{safe_id('st', statement.id)}",
        )
        for statement in record.statements
        if statement.review and _marked(record.document, statement.content)
    ]
    return _element("revisionDesc", *changes) if changes else ""


def _marked(document: Document, passages: Iterable[Passage]) -> bool:
    """Tell whether any character of the passages is in a line, and so in the file."""
    return any(
        inside(document.text, passage) and _LINE.search(document.text, *passage) is not None for passage in passages
    )


# The text


@dataclass(slots=True, eq=False)
class _Item:
    """Something that the text is marked with: an element, perhaps in several pieces."""

    name: str
    key: str
    """The id of its first piece."""
    passages: Sequence[Passage]
    attributes: Mapping[str, str | None]
    named: bool = False
    """Whether it has its id even where it is one piece."""
    pieces: int = 0

    @property
    def leaf(self) -> bool:
        """Whether nothing but text may stand in it (TEI allows no `said` in a `date`)."""
        return self.name == "date"

    def attributes_of(self, number: int) -> dict[str, str | None]:
        """Return the attributes of one of its pieces, counted from 1."""
        several = self.pieces > 1
        return {
            "xml_id": self._id(number) if several or self.named else None,
            "prev": f"#{self._id(number - 1)}" if number > 1 else None,
            "next": f"#{self._id(number + 1)}" if number < self.pieces else None,
            **self.attributes,
        }

    def _id(self, number: int) -> str:
        return self.key if number == 1 else f"{self.key}.{number}"


def _items(record: Record) -> list[_Item]:
    known = {entity.id: f"#{safe_id('en', entity.id)}" for entity in record.entities}
    items: list[_Item] = []
    for statement in record.statements:
        items += _statement_items(record.document, statement, known)
    for entity in record.entities:
        for number, mention in enumerate(entity.mentions, start=1):
            name = _NAMES.get(entity.kind, "rs") if mention.kind == "name" else "rs"
            kind = f"{entity.kind}-{mention.kind}" if name == "rs" else None
            key = f"{safe_id('en', entity.id)}.m{number}"
            items.append(_Item(name, key, [mention.passage], {"type": kind, "ref": known[entity.id]}))
    return items


def _statement_items(document: Document, statement: Statement, known: Mapping[str, str]) -> Iterator[_Item]:
    key = safe_id("st", statement.id)
    channel, addressee, said_on = statement.channel, statement.addressee, statement.said_on
    told = known.get(addressee.entity or "") if addressee else None
    ana = [f"#form-{statement.form}", f"#{_act(statement)}", *(["#negated"] if statement.negated else [])]
    about = {
        "who": known.get(statement.speaker or ""),
        "toWhom": told,
        "direct": "true" if statement.form == "direct" else "false",
        "cert": f"{statement.confidence:.4g}",
        "ana": " ".join(ana),
    }
    yield _Item("said", key, statement.content, about, named=True)
    points = f"#{key}" if _marked(document, statement.content) else None
    for role, passages in (("cue", statement.cue), ("source", statement.source)):
        yield _Item("seg", f"{key}.{role}", passages, {"type": role, "corresp": points})
    if addressee:
        yield _Item("seg", f"{key}.addressee", [addressee.passage], {"type": "addressee", "corresp": points})
    if channel:
        attributes = {"type": "channel", "subtype": channel.kind, "corresp": points}
        yield _Item("seg", f"{key}.channel", [channel.passage], attributes)
    if said_on:
        yield _Item("date", f"{key}.said_on", [said_on.passage], {**_when(said_on.value), "corresp": points})


@dataclass(slots=True)
class _Pieces:
    """One line of the text, cut so that its elements nest."""

    text: str
    tokens: list[str | tuple[_Item, int]] = field(default_factory=list)
    """Finished XML, or the opening of a piece of an item."""
    stack: list[tuple[_Item, int]] = field(default_factory=list)
    """The open items, each with where it ends, the outermost first."""

    def cut(self, line: Passage, begin: Mapping[int, list[tuple[_Item, int]]], borders: Sequence[int]) -> None:
        """Add the tokens of a line."""
        for start, end in pairwise(borders):
            self._turn(start, begin.get(start, ()))
            self.tokens.append(_text(self.text[start:end]))
        self._turn(line.end, ())

    def _turn(self, at: int, opening: Iterable[tuple[_Item, int]]) -> None:
        """Close what ends here and open what begins; what lies between and goes on is closed and opened again."""
        going = list(opening)
        while any(end <= at or (going and item.leaf) for item, end in self.stack):
            item, end = self.stack.pop()
            self.tokens.append(f"</{item.name}>")
            if end > at:
                going.append((item, end))
        for item, end in sorted(going, key=lambda found: (found[0].leaf, -found[1])):
            item.pieces += 1
            self.tokens.append((item, item.pieces))
            self.stack.append((item, end))


def _paragraphs(record: Record) -> str:
    text, items = record.document.text, _items(record)
    begin: defaultdict[int, list[tuple[_Item, int]]] = defaultdict(list)
    ends: set[int] = set()
    for item in items:
        for passage in item.passages:
            if not inside(text, passage):
                continue
            for part in _LINE.finditer(text, *passage):
                begin[part.start()].append((item, part.end()))
                ends.add(part.end())
    marks = sorted(ends.union(begin))
    lines: list[tuple[int, list[str | tuple[_Item, int]]]] = []
    at = 0
    for found in _LINE.finditer(text):
        line = Passage(found.start(), found.end())
        borders = {line.start, line.end}
        while at < len(marks) and marks[at] <= line.end:
            borders.add(marks[at])
            at += 1
        pieces = _Pieces(text)
        pieces.cut(line, begin, sorted(borders))
        lines.append((line.start, pieces.tokens))
    shown = [_element("p", *map(_token, tokens), n=str(start)) for start, tokens in lines]
    return "\n".join(shown) if shown else _element("p")


def _token(token: str | tuple[_Item, int]) -> str:
    if isinstance(token, str):
        return token
    item, number = token
    return _open(item.name, item.attributes_of(number))


def _write(records: Iterator[Record], folder: Path, who: Who) -> None:
    for record in records:
        path = folder / f"{record.document.id}.xml"
        path.write_text(to_tei(record, who), encoding="utf-8", newline="")


FORMAT = Format(
    name="tei",
    help="a folder of TEI P5 files, one an article, every statement a `said`",
    folder=True,
    loses=(
        "candidates; the name and the owner of a channel",
        "roles of anything but a person, and where in the article a role stands",
        "dates of seasons, and confidences beyond four digits",
        "a passage of line breaks alone; where a passage begins or ends with one, that one",
        "why entities were joined across articles, and users' decisions",
        "control characters, lone surrogates, U+FFFE and U+FFFF: U+FFFD stands for each",
    ),
    write=_write,
)
