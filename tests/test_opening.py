"""A store is opened where there is one, brought up to date where it is old, and whatever is amiss is told in a line."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from onrecord import corpus
from onrecord.errors import MissingPart, UnusableStore
from onrecord.ingest import Options
from onrecord.model import Skipped
from onrecord.store import Cut, Store, Wanted, is_store, open_store
from onrecord.store.opening import open_engine, show_address
from onrecord.store.schema import STEPS
from onrecord.store.troubles import explain
from tests.records import Said, article, put, reading

ROOT = Path(__file__).parent.parent
DAM = article(Said("Irena Vokal", "that the dam was empty"), name="dam.txt")


def refused(address, **options) -> str:
    """Return what is said of a store that cannot be opened."""
    with pytest.raises(UnusableStore) as caught:
        open_store(address, **options)
    said = str(caught.value)
    assert "\n" not in said
    return said


@pytest.fixture
def kept(tmp_path):
    """Return the path of a store with an article."""
    path = tmp_path / "record.db"
    with open_store(path, new=True) as store:
        put(store, DAM)
    return path


# --- files ------------------------------------------------------------------------------------


def test_a_store_is_opened_again(kept):
    assert is_store(kept)
    with open_store(kept) as store:
        assert list(store.records()) == [DAM]
    assert [path.name for path in kept.parent.iterdir()] == ["record.db"]


def test_a_file_that_is_not_there_is_said_and_not_made(tmp_path):
    path = tmp_path / "record.db"
    assert refused(path) == f"{path}: no such store. Make one: onrecord add {path} ARTICLES"
    assert "its folder is not there. Make the folder" in refused(tmp_path / "no" / "record.db", new=True)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_store_is_said_and_left_as_it_is(tmp_path):
    text, database, empty = tmp_path / "notes.txt", tmp_path / "other.db", tmp_path / "empty.db"
    text.write_text("“We will not go,” Vokal said.")
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE facts (name TEXT, worth REAL)")
    empty.touch()
    before = database.read_bytes()
    for new in (False, True):
        assert refused(tmp_path, new=new).startswith(f"{tmp_path}: a folder. Name a file")
        assert refused(text, new=new) == f"{text}: not a store of onrecord. Name another file."
        assert refused(database, new=new).startswith(f"{database}: not a store of onrecord. Name another one")
    assert refused(empty).startswith(f"{empty}: an empty database.")
    assert database.read_bytes() == before
    with open_store(empty, new=True) as store:
        assert put(store, DAM) == [True]


def test_a_damaged_store_is_said(kept):
    whole = kept.read_bytes()
    kept.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(UnusableStore, match="damaged"), open_store(kept) as store:
        list(store.records())


def test_a_name_with_odd_characters_is_a_file_like_others(tmp_path):
    path = tmp_path / "record?mode=ro&a#b%41 \udcff😀.db"
    with open_store(path, new=True) as store:
        put(store, DAM)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


# --- versions ---------------------------------------------------------------------------------


def add_column(connection):
    connection.exec_driver_sql("ALTER TABLE documents ADD COLUMN colour TEXT DEFAULT 'red'")


def fail_halfway(connection):
    add_column(connection)
    connection.exec_driver_sql("DELETE FROM statements")
    raise ZeroDivisionError


def opened_with(address, *steps, writing=True):
    return Store(open_engine(address, new=False, writing=writing, steps=[*STEPS, *steps]), show_address(address))


@pytest.mark.parametrize("writing", [True, False])
def test_an_older_store_is_brought_up_to_date(store_address, writing):
    with open_store(store_address, new=True) as store:
        put(store, DAM)
    for _ in range(2):
        with opened_with(store_address, add_column, writing=writing) as store:
            assert list(store.records()) == [DAM]
            with store.reading() as connection:
                assert connection.scalar(sa.text("SELECT colour FROM documents")) == "red"
    said = refused(store_address)
    assert said.endswith(
        f"a store of version {len(STEPS) + 1}, and this onrecord knows {len(STEPS)}. Install a newer onrecord."
    )


def test_a_step_that_fails_leaves_the_store_as_it_was(store_address):
    with open_store(store_address, new=True) as store:
        put(store, DAM)
    with pytest.raises(ZeroDivisionError):
        opened_with(store_address, fail_halfway)
    with open_store(store_address) as store:
        assert store.statements().total == 1
        assert list(store.records()) == [DAM]


def test_a_copy_of_an_older_store_is_kept_beside_it(kept):
    kept.chmod(0o640)
    older = kept.with_name("older.db")
    shutil.copy(kept, older)
    opened_with(kept, add_column).close()
    name = f"record.db.version-{len(STEPS)}"
    copy = kept.with_name(name)
    with open_store(copy) as store:
        assert list(store.records()) == [DAM]
    assert copy.stat().st_mode & 0o777 == 0o640
    shutil.copy(older, kept)
    opened_with(kept, add_column).close()
    names = {"older.db", "record.db", name, f"{name}-2"}
    assert {path.name for path in kept.parent.iterdir()} == names


# --- rights -----------------------------------------------------------------------------------


@pytest.fixture
def frozen(tmp_path):
    """Return a function that makes a folder one that may only be read, for root too, and gives it back afterwards."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a folder as one that may only be read")
    mounted = []

    def freeze(folder):
        if _mount("--bind", folder, folder) or _mount("-o", "remount,ro,bind", folder):
            pytest.skip("nothing can be mounted here")
        mounted.append(folder)

    yield freeze
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)


def _mount(*arguments):
    return subprocess.run(["mount", *arguments], check=False, capture_output=True).returncode


def test_a_store_that_may_only_be_read_can_be_asked(kept, frozen):
    frozen(kept.parent)
    with open_store(kept, writing=False) as store:
        assert list(store.records()) == [DAM]
        assert store.search("dam").total == 1
    assert refused(kept) == (
        f"{kept}: it, or its folder, may only be read. Ask for the right to write it, or copy it to where you may."
    )
    with pytest.raises(UnusableStore, match=f"a store of version {len(STEPS)}, and it may only be read"):
        opened_with(kept, add_column, writing=False)
    assert refused(kept.with_name("new.db"), new=True).split(": ")[1].startswith("its folder may only be read.")


def test_a_store_that_another_one_writes_can_be_asked_where_it_may_only_be_read(kept, tmp_path, frozen):
    there = tmp_path / "elsewhere"
    there.mkdir()
    with open_store(kept) as writer:
        put(writer, article("Rain fell.", name="rain.txt"))
        for name in ("record.db", "record.db-wal", "record.db-shm"):
            (there / name).write_bytes(kept.with_name(name).read_bytes())
    frozen(there)
    with open_store(there / "record.db", writing=False) as store:
        assert store.counts().documents == 2


# --- a full disk ------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path):
    """Return a folder on a disk of two megabytes."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    if _mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", folder):
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def long_article(number):
    words = " ".join(f"w{number * 7_000 + at}" for at in range(7_000))
    return article(Said("Irena Vokal", f"that it was {number}"), words, name=f"{number}.txt")


def test_a_full_disk_is_said_and_harms_nothing(small_disk):
    path = small_disk / "record.db"
    with open_store(path, new=True) as store:
        count, said = 0, None
        while said is None and count < 100:
            try:
                count += put(store, long_article(count)) == [True]
            except UnusableStore as error:
                said = str(error)
        assert said == f"{path}: the disk is full. Free some space and run the same command again."
        assert store.counts().documents == count > 0
    _check_whole(path, count)
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    with open_store(path) as store:
        assert put(store, *map(long_article, range(count + 2))) == [False] * count + [True] * 2
    _check_whole(path, count + 2)


def test_a_disk_too_full_for_a_new_store_is_said(small_disk):
    (small_disk / "full").write_bytes(b"." * (2 * 1024 * 1024 - 16 * 1024))
    assert "the disk is full. Free some space" in refused(small_disk / "record.db", new=True)
    (small_disk / "full").unlink()
    with open_store(small_disk / "record.db", new=True) as store:
        assert put(store, DAM) == [True]


def test_a_disk_too_full_for_a_copy_leaves_the_store_at_its_version(small_disk):
    path = small_disk / "record.db"
    with open_store(path, new=True) as store:
        put(store, long_article(1))
    rest = os.statvfs(small_disk)
    (small_disk / "full").write_bytes(b"." * (rest.f_bavail * rest.f_frsize - 150_000))
    with pytest.raises(UnusableStore, match="the disk is full"):
        opened_with(path, add_column)
    assert {file.name for file in small_disk.iterdir()} == {"full", "record.db"}
    (small_disk / "full").unlink()
    opened_with(path, add_column).close()
    assert {file.name for file in small_disk.iterdir()} == {"record.db", f"record.db.version-{len(STEPS)}"}


def _check_whole(path, documents):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    with open_store(path) as store:
        assert store.counts().documents == store.statements().total == documents
        assert len(list(store.records())) == documents


# --- several at once --------------------------------------------------------------------------

WRITE = """
import sys
from onrecord.store import open_store
from tests.records import Said, article, put
with open_store(sys.argv[1], new=True) as store:
    print("open", flush=True)
    for n in range(int(sys.argv[2])):
        put(store, article(Said("Irena Vokal", f"that it was {n}"), name=f"{n}.txt"))
"""
READ = """
import sys
from onrecord.store import open_store
last = 0
while last < int(sys.argv[2]):
    with open_store(sys.argv[1], writing=False) as store:
        with store.reading() as connection:
            count = lambda table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            documents, statements, again = count("documents"), count("statements"), count("documents")
        assert documents == statements == again >= last, (documents, statements, again, last)
        last = documents
"""


def start(code, *arguments):
    command = [sys.executable, "-W", "error", "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(*processes):
    """Wait for processes, and see that none of them complained."""
    ended = [process.communicate(timeout=120) for process in processes]
    assert [(process.returncode, stderr.decode()) for process, (_, stderr) in zip(processes, ended, strict=True)] == [
        (0, "")
    ] * len(processes)


def test_many_read_while_one_writes(store_address):
    with open_store(store_address, new=True):
        pass
    finish(start(WRITE, store_address, 25), start(READ, store_address, 25), start(READ, store_address, 25))


def test_two_that_add_the_same_articles_at_once_double_none(store_address):
    finish(*(start(WRITE, store_address, 15) for _ in range(2)))
    with open_store(store_address) as store:
        assert store.counts().documents == store.statements().total == 15


def test_a_new_store_is_made_once_by_many(store_address):
    def make(number):
        with open_store(store_address, new=True) as store:
            return put(store, article("Rain fell.", name="rain.txt"), article(f"Snow fell {number} times."))

    with ThreadPoolExecutor(8) as threads:
        new = list(threads.map(make, range(8)))
    assert sorted(rain for rain, _ in new) == [False] * 7 + [True]
    with open_store(store_address) as store:
        assert store.counts().documents == 9


def test_an_older_store_is_brought_up_to_date_once_by_many(store_address):
    open_store(store_address, new=True).close()
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: opened_with(store_address, add_column).close(), range(6)))
    if not store_address.startswith("postgresql"):
        names = {path.name for path in Path(store_address).parent.iterdir()}
        assert names == {"record.db", f"record.db.version-{len(STEPS)}"}


def test_what_is_read_does_not_change_meanwhile(store_address):
    with open_store(store_address, new=True) as store, open_store(store_address) as other:
        put(store, DAM)
        with store.reading() as connection:
            before = connection.exec_driver_sql("SELECT count(*) FROM documents").scalar()
            put(other, article("Rain fell.", name="rain.txt"))
            assert connection.exec_driver_sql("SELECT count(*) FROM documents").scalar() == before == 1
        assert store.counts().documents == 2


def test_records_can_be_written_while_they_are_gone_through(store_address):
    with open_store(store_address, new=True) as store:
        put(store, DAM, article("Rain fell.", name="rain.txt"))
        for record in store.records():
            store.note(record.document.id, "seen", by="Ana")
        assert store.history(None, Cut(None)).total == 2


# --- a batch ----------------------------------------------------------------------------------


def test_an_article_that_the_database_refuses_is_skipped_and_the_others_are_kept(store_address, monkeypatch):
    rain = article(Said("Irena Vokal", "that rain fell"), name="rain.txt")
    broken = dataclasses.replace(rain, statements=(*rain.statements, *DAM.statements))  # an id that is taken
    made = [("dam.txt", reading(DAM)), ("rain.txt", reading(broken)), ("gone.txt", Skipped("gone.txt", "gone"))]
    monkeypatch.setattr(corpus.ingest, "find_sources", lambda sources, options: iter(sources))
    monkeypatch.setattr(corpus.pipeline, "map_sources", lambda *_, **__: iter(made))
    with open_store(store_address, new=True) as store:
        done = list(corpus.add(store, [], Options()))
        assert [one.outcome for one in done] == ["added", "skipped", "skipped"]
        assert "failed to keep it" in done[1].reason
        assert list(store.records()) == [DAM]
        assert store.skipped().total == 2


def test_more_different_words_than_postgres_indexes_are_one_article_skipped(postgres_address, monkeypatch):
    words = (chr(0x4E00 + one) + chr(0x4E00 + other) for one in range(500) for other in range(500))
    made = [("many.txt", reading(article(" ".join(words)))), ("dam.txt", reading(DAM))]
    monkeypatch.setattr(corpus.pipeline, "map_sources", lambda *_, **__: iter(made))
    with open_store(postgres_address, new=True) as store:
        assert [one.outcome for one in corpus.add(store, [], Options())] == ["skipped", "added"]
        assert "too long for tsvector" in store.skipped().rows[0]["reason"]


# --- PostgreSQL -------------------------------------------------------------------------------


def postgres_url(address, **changes):
    return sa.make_url(address).set(**changes).render_as_string(hide_password=False)


def test_a_server_that_does_not_answer_is_said():
    with socket.socket() as taken:  # a port that is bound and not listened at refuses
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        said = refused(f"postgresql://ana:verysecret@127.0.0.1:{port}/press")
    assert said == (
        f"postgresql://ana:***@127.0.0.1:{port}/press: the server does not answer. Check that it runs, and the address."
    )


def test_a_wrong_password_is_said_and_not_shown(postgres_address):
    said = refused(postgres_url(postgres_address, password="verysecret"))
    assert said.endswith(": the server refuses the name or the password. Check both in the address.")
    assert "verysecret" not in said
    assert "the server has no such database" in refused(postgres_url(postgres_address, database="nothing"))


def test_an_empty_schema_is_no_store_until_it_is_made(postgres_address):
    assert "an empty database" in refused(postgres_address)
    with open_store(postgres_address, new=True) as store, store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE facts CASCADE")
    assert "not a store of onrecord" in refused(postgres_address, new=True)


def test_a_user_who_may_only_read_can_ask(postgres_address):
    with open_store(postgres_address, new=True) as store:
        put(store, DAM)
        with store.writing() as connection:
            schema = connection.scalar(sa.text("SELECT current_schema()"))
            connection.exec_driver_sql(f"CREATE ROLE {schema} LOGIN PASSWORD 'secret'")
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {schema}")
            connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {schema}")
    with open_store(postgres_url(postgres_address, username=schema, password="secret"), writing=False) as reader:
        assert list(reader.records()) == [DAM]
        assert reader.search("dam").total == reader.statements(Wanted(about="dam")).total == 1
        with pytest.raises(UnusableStore, match="it may not be used by you"):
            reader.note(DAM.document.id, "seen", by="Ana")
    with open_store(postgres_address) as store, store.writing() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {schema}")
        connection.exec_driver_sql(f"DROP ROLE {schema}")


def test_a_missing_psycopg_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingPart) as caught:
        open_store("postgresql://ana:verysecret@127.0.0.1/press")
    assert str(caught.value) == (
        "postgresql://ana:***@127.0.0.1/press: PostgreSQL needs psycopg. Try: pip install 'onrecord[postgres]'"
    )


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ana:verysecret@127.0.0.1:port/press",
        "postgres://ana:very@verysecret@127.0.0.1:1/press",
        "postgresql://ana/vokal:verysecret@127.0.0.1:1/press",
        "postgresql://127.0.0.1:1/press?user=ana&password=verysecret&sslpassword=verysecret",
        "postgresql://ana:verysecret@127.0.0.1:1/press?colour=red",
    ],
)
def test_a_password_is_never_shown(address):
    assert "verysecret" not in refused(address)
    assert is_store(address)


@pytest.mark.parametrize(
    ("trouble", "means"),
    [
        ('could not extend file "base/5/2619": No space left on device', "the disk is full"),
        ("cannot execute INSERT in a read-only transaction", "it may only be read"),
        ("terminating connection due to administrator command", "the server has stopped"),
        ("connection failed: timeout expired", "the server does not answer"),
        ("something\nnobody has seen", "the database said “something nobody has seen”"),
    ],
)
def test_troubles_are_told_in_words(trouble, means):
    assert explain(trouble)[0] == means
