import doctest

import pytest

import onrecord
from docs.generate import WRITTEN, pages
from onrecord.cli import app

PAGES = pages()


@pytest.mark.parametrize("path", list(PAGES), ids=lambda path: path.name)
def test_docs_show_what_the_program_prints(path):
    assert path.read_text(encoding="utf-8") == PAGES[path], "run `make docs`"


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_docs_python_snippets_run(page):
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_docs_package_example_runs():
    result = doctest.testmod(onrecord)
    assert (result.failed, result.attempted > 0) == (0, True)


def test_docs_every_command_ends_in_an_example():
    assert all("onrecord " in (command.epilog or "") for command in app.registered_commands)
