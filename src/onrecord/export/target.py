"""A file or a folder that is there whole or as it was: it is written beside the target and then takes its place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.errors import WrongUsage

MARKER = ".onrecord"
"""The file that makes a folder known as our own export. It is the last that is written."""


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Yield the path to write; it takes the place of the target when all went well. Raises WrongUsage."""
    _check_parent(target)
    if target.is_dir():
        raise WrongUsage(f"{target}: a folder, and this format is one file. Name a file in it")
    part = _beside(target, ".part")
    try:
        yield part
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def whole_folder(target: Path, name: str) -> Iterator[Path]:
    """Yield an empty folder to write; it takes the place of the target when all went well. Raises WrongUsage.

    A target that is there has to be empty, or an export of ours of which nobody has changed a file since.
    """
    _check_parent(target)
    _check_folder(target)
    part, old = _beside(target, ".part"), _beside(target, ".old")
    for rest in (part, old):  # of an export that was cut off
        if rest.exists():
            _check_folder(rest, cut_off=True)
            shutil.rmtree(rest)
    part.mkdir()
    try:
        marker = part / MARKER
        marker.write_text(f"{name}\n", encoding="utf-8")
        yield part
        os.utime(marker)
        _swap(part, target, old)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _swap(part: Path, target: Path, old: Path) -> None:
    if not target.exists():
        part.replace(target)
        return
    target.replace(old)
    try:
        part.replace(target)
    except BaseException:
        old.replace(target)
        raise


def _beside(target: Path, ending: str) -> Path:
    return target.with_name(target.name + ending)


def _check_parent(target: Path) -> None:
    if not target.parent.is_dir():
        raise WrongUsage(f"{target}: there is no folder {target.parent}. Make it first")


def _check_folder(folder: Path, *, cut_off: bool = False) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WrongUsage(f"{folder}: a file, and this format is a folder. Name another place")
    marker = folder / MARKER
    if not marker.exists():
        if any(folder.iterdir()):
            raise WrongUsage(
                f"{folder}: a folder with files that onrecord did not write. Name an empty or a new folder"
            )
        return
    written = _touched(marker)
    changed = None if cut_off else next((p for p in folder.rglob("*") if _touched(p) > written), None)
    if changed is not None:
        raise WrongUsage(
            f"{folder}: {changed.relative_to(folder)} was changed after the export. "
            "Name a new folder, or delete this one if the changes may go"
        )


def _touched(path: Path) -> int:
    """Return when a file, or what is known about it, was last changed: a copy may carry an older time than its own."""
    known = path.lstat()
    return max(known.st_mtime_ns, known.st_ctime_ns)
