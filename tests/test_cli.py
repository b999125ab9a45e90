import json
import os
import subprocess
import sys

import pytest

from onrecord import __version__

ARTICLE = (
    "Port stays shut as talks fail\n\n“We will not go,” Irena Vokal told reporters on Tuesday. "
    "The dockers’ union said that the strike would go on until its members were free.\n"
)


@pytest.fixture
def onrecord(tmp_path):
    """Return a function that runs the command in a new process, in a folder with one article."""
    (tmp_path / "port.txt").write_text(ARTICLE, encoding="utf-8")

    def run(*arguments, stdin=b"", **environment):
        return subprocess.run(
            [sys.executable, "-m", "onrecord", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=os.environ | {"COLUMNS": "80"} | environment,
        )

    return run


def test_cli_read_prints_head_statements_and_totals(onrecord):
    run = onrecord("read", "port.txt", "--published", "2024-03-11")
    text = run.stdout.decode()
    assert run.returncode == 0
    assert run.stderr == b""
    assert text.startswith("Port stays shut as talks fail\n11 March 2024 · ")
    assert "Irena Vokal · say (told) · direct" in text
    assert "“We will not go,”" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert text.rstrip().splitlines()[-1].startswith("2 statements: 1 direct, 1 indirect")


def test_cli_read_takes_standard_input_and_leaves_out_unsure_ones(onrecord):
    run = onrecord("read", "-", "--min-confidence", "1", stdin=ARTICLE.encode())
    assert run.stdout.decode().rstrip().endswith("No statement found.")


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_cli_read_writes_json(onrecord, format):
    record = json.loads(onrecord("read", "port.txt", "--format", format).stdout)
    start, end = record["statements"][0]["content"][0]
    assert record["document"]["text"][start:end] == "We will not go,"


def test_cli_read_writes_a_page_to_a_file(onrecord, tmp_path):
    run = onrecord("read", "port.txt", "--format", "html", "--output", "page.html")
    assert (run.returncode, run.stdout) == (0, b"")
    assert "We will not go," in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not list(tmp_path.glob("*.part"))


def test_cli_read_goes_on_after_a_failure_counts_it_and_exits_1(onrecord, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    run = onrecord("read", "photo.jpg", "port.txt", "missing.txt", "--format", "jsonl")
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode == 1
    assert [row.get("skipped", {}).get("name") for row in rows] == ["photo.jpg", None, "missing.txt"]
    lines = run.stderr.decode().splitlines()
    assert lines[0].startswith("skipped: photo.jpg: a JPEG image.")
    assert lines[1].startswith("skipped: missing.txt: no such file.")
    assert lines[2] == "1 article read, 2 skipped: 2 statements"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["read", "port.txt", "--published", "27.8.2018"], "onrecord: '27.8.2018' is not a date"),
        (["read", "port.txt", "--output", "no/such/folder.json"], "onrecord: no/such/folder.json: cannot be written"),
        (["read", "port.txt", "--min-confidence", "2"], "min-confidence"),
        (["read", "port.txt", "--format", "pdf"], "pdf"),
        (["read"], "SOURCE"),
        (["read", "port.txt", "--field", "text"], "write NAME=FIELD"),
        (["read", "port.txt", "--field", "text=a", "--field", "text=b"], "given twice"),
        (["people", "port.txt", "--field", "body=text"], "write one of text, title"),
    ],
)
def test_cli_wrong_usage_is_said_in_words_and_exits_2(onrecord, arguments, said):
    run = onrecord(*arguments)
    assert run.returncode == 2
    assert said in run.stderr.decode()
    assert "Traceback" not in run.stderr.decode()


def test_cli_failed_output_leaves_the_old_file(onrecord, tmp_path):
    (tmp_path / "kept.json").write_text("old")
    run = onrecord("read", "port.txt", "--published", "never", "--output", "kept.json")
    assert run.returncode == 2
    assert (tmp_path / "kept.json").read_text() == "old"


def test_cli_prints_what_the_terminal_cannot_show_as_question_marks(onrecord):
    run = onrecord("read", "port.txt", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert run.returncode == 0
    assert b"We will not go," in run.stdout


def test_cli_never_prints_control_characters_of_an_article(onrecord, tmp_path):
    (tmp_path / "evil.txt").write_text("Vokal said\x1b[2J\x07 \u202ethat [red]nothing[/red] was \x9b31mwrong.\n")
    run = onrecord("read", "evil.txt")
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(run.stdout.decode())


def test_cli_schema_and_version(onrecord):
    assert json.loads(onrecord("schema").stdout)["title"] == "onrecord record"
    assert onrecord("--version").stdout.decode().startswith(f"onrecord {__version__} (model ")


@pytest.mark.parametrize("command", [["--help"], ["read", "--help"], ["schema", "--help"]])
def test_cli_help_ends_in_a_real_command(onrecord, command):
    run = onrecord(*command)
    assert run.returncode == 0
    assert b"onrecord" in run.stdout


def test_cli_read_takes_json_lines_with_fields(onrecord, tmp_path):
    rows = [{"story": ARTICLE, "day": "2024-03-11"}, {"lead": "x"}]
    (tmp_path / "news.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    run = onrecord("read", "news.jsonl", "--field", "text=story", "--field", "published=day", "--format", "jsonl")
    record, skipped = map(json.loads, run.stdout.splitlines())
    assert run.returncode == 1
    assert (record["document"]["name"], record["document"]["published"]) == ("news.jsonl#line 1", "2024-03-11")
    assert skipped["skipped"]["name"] == "news.jsonl#line 2"


def test_cli_people_lists_who_speaks(onrecord):
    run = onrecord("people", "port.txt")
    lines = [line.split() for line in run.stdout.decode().splitlines()]
    assert run.returncode == 0
    assert ["statements", "mentions", "kind", "name"] in lines
    [vokal] = [line for line in lines if line[3:5] == ["Irena", "Vokal"]]
    assert int(vokal[0]) >= 1


def test_cli_people_says_what_it_could_not_read(onrecord):
    run = onrecord("people", "missing.txt")
    assert run.returncode == 1
    assert run.stderr.decode() == "skipped: missing.txt: no such file. Check the path.\n"


def test_cli_people_joins_articles(onrecord, tmp_path):
    (tmp_path / "more.txt").write_text("Irena Vokal said on Tuesday that the port would open. “We will,” Vokal said.\n")
    run = onrecord("people", "port.txt", "more.txt", "--why")
    [line] = [line for line in run.stdout.decode().splitlines() if "Irena Vokal" in line and "“" not in line]
    assert line.split()[0] == "2"  # articles
    assert "another article has the same name" in " ".join(run.stdout.decode().split())


def test_cli_people_keeps_articles_apart(onrecord, tmp_path):
    (tmp_path / "more.txt").write_text("Irena Vokal said on Tuesday that the port would open.\n")
    run = onrecord("people", "port.txt", "more.txt", "--apart")
    assert run.stdout.decode().count("Irena Vokal") >= 2
    assert run.stdout.decode().count("statements") == 2


def test_cli_people_as_json(onrecord):
    run = onrecord("people", "port.txt", "--json")
    [vokal] = [found for found in json.loads(run.stdout) if found["name"] == "Irena Vokal"]
    assert vokal["articles"] == 1
    assert len(vokal["why"]) == len(vokal["members"]) == 1


def test_cli_people_apart_says_what_it_does_not_go_with(onrecord):
    run = onrecord("people", "port.txt", "--apart", "--why")
    assert run.returncode == 2
    assert "--apart joins nobody" in run.stderr.decode()
