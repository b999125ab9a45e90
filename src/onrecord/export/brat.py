"""brat standoff, written and read: an annotator corrects in brat, and `read_brat` takes the result back.

Each article is `doc-….txt`, its text as it is, and `doc-….ann`:

| in the record | in the `.ann` file |
|---|---|
| statement | event `Attribution`, its trigger the cue, or the content where there is no cue |
| content, cue, source, addressee, channel, words that tell the date | `Content`, `Cue`, `Source`, `Addressee`, `Channel`, `Said_on`, arguments of the event |
| speaker | argument `Speaker`: the first mention of the entity |
| form, act, negated | attributes of the event |
| event in somebody's case | event of its type (`Arrest`, `House_arrest` …); all its triggers are `Trigger`, `Trigger2` …, their sentences `Sentence`, `Sentence2` … |
| who, date, term, offence, authority, place | `Who` (the first mention), `Date`, `Term`, `For`, `By`, `Location`; modality as attribute `Modality` |
| id, confidence, candidates, review, and what the words of channel, date and addressee stand for | a note on the event, as JSON |
| entity | its mentions (`Person`, `Organization`, `Group`, `Place`, `Document`), joined by `Equiv`; a note on the first one |
| role | `Role`, which the first mention `Has_role`; status as attribute; a note |
| who it is across articles | a reference of the first mention to `onrecord:who-…` |

A passage that goes over a line break is cut there, and several passages are one discontinuous span, as brat has it:
`T1<tab>Content 0 5;10 20<tab>text text`. Two passages that only line breaks part are two spans (`Content` and
`Content2`), so that what was one passage comes back as one.

`documents.jsonl` has what brat has no place for: title, address, dates and the like of each article, what read it, and
entities without a mention. `annotation.conf` tells brat the types.

`read_brat` reads such a folder, with or without that file and the notes, and PolNeAR's own (`text/`, `attributions/`;
of several annotators the first). What has no note gets an id made from its passages, the act `say`, a form by its
quotation marks, and confidence 1: a person found it.
"""  # noqa: E501

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from onrecord.errors import UnreadableSource
from onrecord.export.format import Format, Who, encodable, identity_of, inside, json_text
from onrecord.model import (
    Candidate,
    Channel,
    Document,
    Entity,
    Event,
    EventType,
    Form,
    Mention,
    MentionForm,
    Modality,
    PartialDate,
    Passage,
    ReadBy,
    Record,
    Reference,
    Review,
    Role,
    RoleStatus,
    Statement,
    Term,
    make_id,
)

_KINDS = {
    "person": "Person",
    "organization": "Organization",
    "group": "Group",
    "place": "Place",
    "document": "Document",
}
_TYPES = {name.capitalize(): name for name in get_args(EventType)}
"""The type of an event by its name in brat."""
_PARTS = ("Date", "Term", "For", "By", "Location")
"""What an event has at the most once, by its name in brat."""
_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What brat may take for the end of a line: all that `str.splitlines` does."""
_LINE = re.compile(f"[^{_BREAKS}]+")
_ONLY_BREAKS = re.compile(f"[{_BREAKS}]+")
_SIDE_FILE = "documents.jsonl"


@dataclass(slots=True)
class Standoff:
    """What an `.ann` file says, by brat's own ids and in the order of the file."""

    spans: dict[str, tuple[str, list[Passage]]] = field(default_factory=dict)
    """Text-bound annotations: the type, and the fragments as they stand."""
    events: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """The trigger with its type, then the arguments: pairs of role and id."""
    relations: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    equivalent: list[list[str]] = field(default_factory=list)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each annotation, by the name of the attribute; "" for one without a value."""
    notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def parse(text: str) -> Standoff:
    """Return what an `.ann` file says. A line of no known shape is passed over, as brat does."""
    found = Standoff()
    for line in text.split("\n"):
        key, _, body = line.partition("\t")
        words, _, tail = body.partition("\t")
        try:
            _take(found, key, words.split(), tail.rstrip("\r"))
        except (ValueError, IndexError):
            continue
    return found


def _take(found: Standoff, key: str, words: list[str], tail: str) -> None:
    kind = key[:1]
    if key != "*" and not key[1:].isdigit():
        return
    if kind == "T":
        places = " ".join(words[1:]).split(";")
        found.spans[key] = (words[0], [Passage(*map(int, place.split())) for place in places])
    elif kind == "E":
        found.events[key] = [_pair(word) for word in words]
    elif kind == "R":
        found.relations.append((words[0], dict(map(_pair, words[1:]))))
    elif kind in "AM":
        found.attributes.setdefault(words[1], {})[words[0]] = words[2] if len(words) > 2 else ""
    elif kind == "*" and words[0] == "Equiv":
        found.equivalent.append(words[1:])
    elif kind == "#":
        found.notes[words[1]].append(tail)


def _pair(word: str) -> tuple[str, str]:
    role, _, target = word.partition(":")
    return role, target


# Writing


@dataclass(slots=True)
class _Lines:
    """The lines of one `.ann` file as they come, with brat's numbering."""

    text: str
    lines: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, kind: str, body: str) -> str:
        self.numbers[kind] += 1
        key = f"{kind}{self.numbers[kind]}"
        self.lines.append(f"{key}\t{body}")
        return key

    def span(self, label: str, fragments: Sequence[Passage]) -> str:
        places = ";".join(f"{start} {end}" for start, end in fragments)
        words = " ".join(self.text[start:end] for start, end in fragments)
        return self.add("T", f"{label} {places}\t{words}")

    def spans(self, label: str, passages: Sequence[Passage]) -> list[str]:
        return [self.span(label, fragments) for fragments in _fragments(self.text, passages)]

    def note(self, target: str, about: Mapping[str, Any]) -> None:
        self.add("#", f"AnnotatorNotes {target}\t{json_text(about)}")


def _fragments(text: str, passages: Sequence[Passage]) -> list[list[Passage]]:
    """Return passages cut at line breaks; those that come back as other passages go into a span of their own."""
    spans: list[list[Passage]] = []
    for passage in passages:
        if not inside(text, passage):
            continue
        found = [Passage(m.start(), m.end()) for m in _LINE.finditer(text, passage.start, passage.end)]
        if not found:
            continue
        last = spans[-1][-1] if spans else None
        if last and last.end <= found[0].start and not _ONLY_BREAKS.fullmatch(text, last.end, found[0].start):
            spans[-1] += found
        else:
            spans.append(found)
    return spans


def _joined(text: str, fragments: Iterable[Passage]) -> tuple[Passage, ...]:
    """Return the passages of a span's fragments: what only line breaks part is one."""
    passages: list[Passage] = []
    for fragment in fragments:
        if passages and _ONLY_BREAKS.fullmatch(text, passages[-1].end, fragment.start):
            passages[-1] = Passage(passages[-1].start, fragment.end)
        else:
            passages.append(fragment)
    return tuple(passages)


def _standoff(record: Record, who: Who) -> str:
    lines = _Lines(encodable(record.document.text))
    first_mention = {}
    for entity in record.entities:
        mention = _add_entity(lines, record.document, entity, who)
        if mention:
            first_mention[entity.id] = mention
    for statement in record.statements:
        _add_statement(lines, statement, first_mention)
    for befell in record.events:
        _add_event(lines, befell, first_mention)
    return "".join(f"{line}\n" for line in lines.lines)


def _add_entity(lines: _Lines, document: Document, entity: Entity, who: Who) -> str | None:
    keys = []
    for mention in entity.mentions:
        for key in lines.spans(_KINDS[entity.kind], [mention.passage]):
            lines.add("A", f"Mention {key} {mention.kind}")
            keys.append(key)
    if not keys:
        return None
    if len(keys) > 1:
        lines.lines.append(f"*\tEquiv {' '.join(keys)}")
    about = {"id": entity.id, "name": entity.name, "label": entity.label, "aliases": list(entity.aliases)}
    lines.note(keys[0], about)
    identity = identity_of(document, entity, who)
    if identity is not None:
        lines.add("N", f"Reference {keys[0]} onrecord:{identity.id}\t{' '.join(identity.called.split())}")
    for role in entity.roles:
        for key in lines.spans("Role", [role.passage]):
            lines.add("R", f"Has_role Arg1:{keys[0]} Arg2:{key}")
            lines.add("A", f"Status {key} {role.status}")
            lines.note(key, {k: v for k, v in role.to_dict().items() if k not in ("status", "passage")})
    return keys[0]


def _add_statement(lines: _Lines, statement: Statement, first_mention: Mapping[str, str]) -> None:
    channel, addressee, said_on = statement.channel, statement.addressee, statement.said_on
    named: list[tuple[str, Sequence[Passage]]] = [
        ("Content", statement.content),
        ("Cue", statement.cue),
        ("Source", statement.source),
        ("Addressee", [addressee.passage] if addressee else []),
        ("Channel", [channel.passage] if channel else []),
        ("Said_on", [said_on.passage] if said_on else []),
    ]
    trigger = next(iter(_fragments(lines.text, statement.cue) or _fragments(lines.text, statement.content)), None)
    if trigger is None:
        return
    arguments = [("Attribution", lines.span("Attribution", trigger))]
    for label, passages in named:
        for number, key in enumerate(lines.spans(label, passages), start=1):
            arguments.append((label if number == 1 else f"{label}{number}", key))
    speaker = first_mention.get(statement.speaker or "")
    if speaker:
        arguments.append(("Speaker", speaker))
    event = lines.add("E", " ".join(f"{role}:{key}" for role, key in arguments))
    lines.add("A", f"Form {event} {statement.form}")
    lines.add("A", f"Act {event} {_one_word(statement.act)}")
    if statement.negated:
        lines.add("A", f"Negated {event}")
    about = statement.to_dict()
    kept: dict[str, Any] = {"id": statement.id, "confidence": statement.confidence}
    if statement.speaker and not speaker:
        kept["speaker"] = statement.speaker
    for key in ("candidates", "review"):
        if about[key]:
            kept[key] = about[key]
    for key in ("addressee", "channel", "said_on"):
        if about[key]:
            kept[key] = {name: value for name, value in about[key].items() if name != "passage"}
    lines.note(event, kept)


def _add_event(lines: _Lines, event: Event, first_mention: Mapping[str, str]) -> None:
    parts = (event.date, event.term, event.authority, event.place)
    date, term, authority, place = (part.passage if part else None for part in parts)
    trigger = next(iter(_fragments(lines.text, event.triggers[:1])), None)
    if trigger is None:
        return
    label = event.type.capitalize()
    arguments = [(label, lines.span(label, trigger))]
    for name, passages in (("Trigger", event.triggers), ("Sentence", event.sentences)):
        for number, passage in enumerate(passages, start=1):
            role = name if number == 1 else f"{name}{number}"
            arguments += [(role, key) for key in lines.spans(name, [passage])]
    for name, found in zip(_PARTS, (date, term, event.offence, authority, place), strict=True):
        arguments += [(name, key) for key in (lines.spans(name, [found]) if found else ())]
    person = first_mention.get(event.who)
    if person:
        arguments.append(("Who", person))
    key = lines.add("E", " ".join(f"{role}:{target}" for role, target in arguments))
    lines.add("A", f"Modality {key} {event.modality}")
    about = event.to_dict()
    kept: dict[str, Any] = {"id": event.id, "who": event.who, "confidence": event.confidence}
    for name in ("date", "term", "suspended", "reported_in", "review"):
        if about[name]:
            kept[name] = about[name]
    for name in ("by", "place"):
        if about[name]:
            kept[name] = about[name]["entity"]
    lines.note(key, kept)


def _one_word(act: str) -> str:
    return "_".join(act.split()) or "say"


def _side_line(record: Record) -> str:
    """Return what brat has no place for, as one line of JSON."""
    text = encodable(record.document.text)
    whole = record.to_dict()
    document = {key: value for key, value in whole["document"].items() if key not in ("text", "digest")}
    unseen = [
        shown
        for entity, shown in zip(record.entities, whole["entities"], strict=True)
        if not _fragments(text, [mention.passage for mention in entity.mentions])
    ]
    order = [entity.id for entity in record.entities] if unseen else []
    line = {"document": document, "read_by": whole["read_by"], "entities": unseen, "order": order}
    return json_text(line) + "\n"


def _configuration(acts: Iterable[str]) -> str:
    """Return the `annotation.conf` by which brat knows the types."""
    said = ("Content", "Cue", "Source", "Addressee", "Channel", "Said_on")
    spans = (*said, "Role", "Trigger", "Sentence", *_PARTS, *_KINDS.values())
    entity = "|".join(_KINDS.values())
    arguments = ", ".join(f"{name}*:{name}" for name in said)
    parts_of = ", ".join((f"Who:{entity}", "Trigger*:Trigger", "Sentence*:Sentence", *(f"{p}?:{p}" for p in _PARTS)))
    parts = (
        ("entities", spans),
        ("relations", (f"Has_role\tArg1:{entity}, Arg2:Role", "<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:<ANY>")),
        ("events", (f"Attribution\t{arguments}, Speaker?:{entity}", *(f"{name}\t{parts_of}" for name in _TYPES))),
        (
            "attributes",
            (
                f"Form\tArg:<EVENT>, Value:{'|'.join(get_args(Form))}",
                f"Act\tArg:<EVENT>, Value:{'|'.join(sorted(set(acts)) or ['say'])}",
                "Negated\tArg:<EVENT>",
                f"Modality\tArg:<EVENT>, Value:{'|'.join(get_args(Modality))}",
                f"Mention\tArg:{entity}, Value:{'|'.join(get_args(MentionForm))}",
                f"Status\tArg:Role, Value:{'|'.join(get_args(RoleStatus))}",
            ),
        ),
    )
    return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in found) for name, found in parts)


def _write(records: Iterator[Record], folder: Path, who: Who) -> None:
    acts: set[str] = set()
    with (folder / _SIDE_FILE).open("w", encoding="utf-8", newline="\n") as side:
        for record in records:
            path = folder / record.document.id
            _put(path.with_suffix(".txt"), encodable(record.document.text))
            _put(path.with_suffix(".ann"), encodable(_standoff(record, who)))
            side.write(_side_line(record))
            acts.update(_one_word(statement.act) for statement in record.statements)
    _put(folder / "annotation.conf", _configuration(acts))


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


# Reading


def read_brat(folder: str | Path) -> Iterator[Record]:
    """Yield the record of each article of a folder: one of ours, or any of brat's with events `Attribution`.

    Articles come in the order of `documents.jsonl`, others after them by name. Raises UnreadableSource.
    """
    folder = Path(folder)
    for text_path, notes_path, about in _articles(folder):
        try:
            text = text_path.read_bytes().decode("utf-8")
            notes = notes_path.read_bytes().decode("utf-8") if notes_path else ""
        except (OSError, UnicodeDecodeError) as error:
            raise UnreadableSource(str(text_path), str(error), "brat's files are UTF-8, .txt and .ann") from error
        try:
            record = _Reading(text, parse(notes), about, text_path).record()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            found = f"a note of onrecord's own that makes no sense ({type(error).__name__}: {error})"
            raise UnreadableSource(str(notes_path), found, "Mend the note or delete it") from error
        yield record


def _articles(folder: Path) -> Iterator[tuple[Path, Path | None, Mapping[str, Any]]]:
    if not folder.is_dir():
        raise UnreadableSource(str(folder), "no such folder", "name the folder that has the .txt and .ann files")
    texts, notes = (
        (folder / "text", folder / "attributions") if (folder / "attributions").is_dir() else (folder, folder)
    )
    known: set[str] = set()
    side = folder / _SIDE_FILE
    if side.is_file():
        with side.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    about = json.loads(line)
                    name = str(about["document"]["id"])
                except (KeyError, TypeError, ValueError) as error:
                    raise UnreadableSource(
                        f"{side}, line {number}", f"not what onrecord wrote ({error})", "Mend or delete the line"
                    ) from error
                if re.fullmatch(r"[\w-]+", name) and (folder / f"{name}.txt").is_file():
                    known.add(name)
                    yield folder / f"{name}.txt", _notes_of(notes, name), about
    for path in sorted(texts.glob("*.txt")):
        if path.stem not in known:
            yield path, _notes_of(notes, path.stem), {}


def _notes_of(folder: Path, name: str) -> Path | None:
    """Return the `.ann` file of an article; PolNeAR has one for each annotator, of which the first is taken."""
    own = folder / f"{name}.ann"
    if own.is_file():
        return own
    begin = f"{name}_"
    others = (path for path in folder.glob("*.ann") if path.name.startswith(begin)) if folder.name != name else ()
    return min(others, default=None)


@dataclass(slots=True)
class _Reading:
    """One article as it is put together from its files."""

    text: str
    standoff: Standoff
    about: Mapping[str, Any]
    path: Path
    entities: dict[str, str] = field(default_factory=dict)
    """The id of the entity that a text-bound annotation is a mention of."""

    def record(self) -> Record:
        about = self.about.get("document", {"name": str(self.path)})
        keys = ("title", "url", "publisher", "byline", "published", "language", "name")
        document = Document(self.text, **{key: about.get(key) for key in keys})
        entities = [*self._entities(document), *map(Entity.from_dict, self.about.get("entities", ()))]
        order = {entity_id: at for at, entity_id in enumerate(self.about.get("order", ()))}
        entities.sort(key=lambda entity: order.get(entity.id, len(order)))
        statements = [self._statement(key, arguments, document) for key, arguments in self.standoff.events.items()]
        events = [self._event(key, arguments, document) for key, arguments in self.standoff.events.items()]
        read_by = self.about.get("read_by")
        return Record(
            document,
            tuple(statement for statement in statements if statement is not None),
            tuple(entities),
            ReadBy(**read_by) if read_by else None,
            tuple(event for event in events if event is not None),
        )

    def _passages(self, key: str) -> tuple[Passage, ...]:
        fragments = self.standoff.spans.get(key, ("", []))[1]
        return tuple(p for p in _joined(self.text, sorted(fragments)) if inside(self.text, p))

    def _note(self, key: str) -> dict[str, Any]:
        for note in self.standoff.notes.get(key, ()):
            try:
                found = json.loads(note)
            except ValueError:
                continue
            if isinstance(found, dict):
                return found
        return {}

    def _attribute(self, key: str, name: str, allowed: Sequence[str], otherwise: str) -> Any:
        value = self.standoff.attributes.get(key, {}).get(name, otherwise)
        return value if value in allowed else otherwise

    def _entities(self, document: Document) -> Iterator[Entity]:
        labels = {label: kind for kind, label in _KINDS.items()}
        group_of: dict[str, list[str]] = {}
        for key, (label, _) in self.standoff.spans.items():
            if label in labels:
                group_of[key] = [key]
        for keys in self.standoff.equivalent:
            joined = sorted({k for key in keys if key in group_of for k in group_of[key]}, key=list(group_of).index)
            group_of.update(dict.fromkeys(joined, joined))
        done: set[str] = set()
        for key, keys in group_of.items():
            if key not in done:
                done.update(keys)
                yield self._entity(keys, labels[self.standoff.spans[key][0]], document)

    def _entity(self, keys: Sequence[str], kind: Any, document: Document) -> Entity:
        mentions = tuple(
            Mention(passage, self._attribute(key, "Mention", get_args(MentionForm), "name"))
            for key in keys
            for passage in self._passages(key)
        )
        about = next((note for note in map(self._note, keys) if "id" in note), {})
        named = [document.slice(mention.passage) for mention in mentions if mention.kind == "name"]
        name = about.get("name", max(named, key=len, default=None))
        label = about.get("label", None if name or not mentions else document.slice(mentions[0].passage))
        others = tuple(about.get("aliases", dict.fromkeys(words for words in named if words != name)))
        entity_id = about.get("id") or make_id("en", document.id, kind, mentions[0].passage if mentions else keys[0])
        self.entities.update(dict.fromkeys(keys, entity_id))
        return Entity(entity_id, kind, name, label, others, mentions, tuple(self._roles(keys, document)))

    def _roles(self, keys: Sequence[str], document: Document) -> Iterator[Role]:
        for name, arguments in self.standoff.relations:
            target = arguments.get("Arg2", "")
            passages = self._passages(target)
            if name == "Has_role" and arguments.get("Arg1") in keys and passages:
                about = self._note(target)
                yield Role(
                    about.get("title", document.slice(passages[0])),
                    about.get("organization"),
                    self._attribute(target, "Status", get_args(RoleStatus), "current"),
                    passages[0],
                    about.get("since"),
                    about.get("until"),
                )

    def _statement(self, key: str, arguments: Sequence[tuple[str, str]], document: Document) -> Statement | None:
        if not arguments or not arguments[0][0].startswith("Attribution"):  # PolNeAR's: Attribution-no-source
            return None
        found: defaultdict[str, list[Passage]] = defaultdict(list)
        speaker = None
        for role, target in arguments[1:]:
            name = role.rstrip("0123456789").lower()
            if name == "speaker":
                speaker = self.entities.get(target)
            found[name] = sorted({*found[name], *self._passages(target)})
        content, cue = tuple(found["content"]), tuple(found["cue"])
        if not content:
            return None
        about = self._note(key)
        return Statement(
            about.get("id") or make_id("st", document.id, *content, *cue),
            tuple(found["source"]),
            cue,
            content,
            self._attribute(key, "Form", get_args(Form), _form_of(self.text, content)),
            self.standoff.attributes.get(key, {}).get("Act") or "say",
            about.get("confidence", 1.0),
            "Negated" in self.standoff.attributes.get(key, {}),
            speaker or about.get("speaker"),
            tuple(Candidate(**candidate) for candidate in about.get("candidates", ())),
            _addressee(found["addressee"], about.get("addressee") or {}),
            _channel(found["channel"], about.get("channel") or {}),
            _said_on(found["said_on"], about.get("said_on") or {}),
            Review(**about["review"]) if about.get("review") else None,
        )

    def _event(self, key: str, arguments: Sequence[tuple[str, str]], document: Document) -> Event | None:
        """Return the event in somebody's case, None for an attribution, or where nobody is named."""
        if not arguments or arguments[0][0] not in _TYPES:
            return None
        kind: Any = _TYPES[arguments[0][0]]
        about = self._note(key)
        found: defaultdict[str, list[Passage]] = defaultdict(list)
        who = None
        for role, target in arguments[1:]:
            name = role.rstrip("0123456789").lower()
            if name == "who":
                who = self.entities.get(target)
            found[name] += self._passages(target)
        who = who or about.get("who")
        triggers = tuple(found["trigger"] or self._passages(arguments[0][1]))
        if not who or not triggers:
            return None
        sentences = found["sentence"] or [_line_around(self.text, trigger) for trigger in triggers]
        date, term, offence, authority, place = (next(iter(found[part.lower()]), None) for part in _PARTS)
        return Event(
            id=about.get("id") or make_id("ev", document.id, kind, who, *triggers),
            type=kind,
            who=who,
            modality=self._attribute(key, "Modality", get_args(Modality), "happened"),
            triggers=triggers,
            sentences=tuple(sentences),
            confidence=about.get("confidence", 1.0),
            date=PartialDate(about["date"], date) if date and "date" in about else None,
            term=Term(about["term"], term, about.get("suspended", False)) if term and "term" in about else None,
            offence=offence,
            authority=Reference(authority, about.get("by")) if authority else None,
            place=Reference(place, about.get("place")) if place else None,
            reported_in=about.get("reported_in"),
            review=Review(**about["review"]) if about.get("review") else None,
        )


def _line_around(text: str, passage: Passage) -> Passage:
    """Return the line that a passage stands in: what counts as its sentence where nobody has marked one."""
    end = text.find("\n", passage.end)
    return Passage(text.rfind("\n", 0, passage.start) + 1, len(text) if end < 0 else end)


def _addressee(passages: Sequence[Passage], about: Mapping[str, Any]) -> Reference | None:
    return Reference(passages[0], about.get("entity")) if passages else None


def _channel(passages: Sequence[Passage], about: Mapping[str, Any]) -> Channel | None:
    """Return the channel, None where no note says of what kind it is."""
    if not passages or "kind" not in about:
        return None
    return Channel(about["kind"], about.get("name"), passages[0], about.get("owner"))


def _said_on(passages: Sequence[Passage], about: Mapping[str, Any]) -> PartialDate | None:
    """Return the date, None where no note says which it is."""
    return PartialDate(about["value"], passages[0]) if passages and "value" in about else None


def _form_of(text: str, content: Sequence[Passage]) -> str:
    """Return the form by the quotation marks at and in a content."""
    words = [text[max(start - 1, 0) : end + 1] for start, end in content]
    marks = sum(bool(re.search('[“”"]', found)) for found in words)
    whole = sum(bool(re.fullmatch('(?s).?[“"].*[”"].?', found.strip())) for found in words)
    return "direct" if whole == len(words) else "mixed" if marks else "indirect"


FORMAT = Format(
    name="brat",
    help="a folder of .txt and .ann files that annotators open in brat and onrecord reads back",
    folder=True,
    loses=(
        "line breaks at the border of a passage, and a passage of line breaks alone",
        "why entities were joined across articles, and users' decisions",
        "lone surrogates: U+FFFD stands for each, and so such an article comes back with another id",
    ),
    write=_write,
)
