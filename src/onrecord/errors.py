"""What can go wrong, as one small tree.

    OnrecordError                 base of all: one line that a user can act on
    ├── UnreadableSource          an input that could not be turned into an article
    ├── UnusableStore             a store that cannot be opened, read or written
    ├── WrongUsage                options or arguments that contradict one another or make no sense
    └── MissingPart               something that onrecord needs is not installed or is damaged

Every message names the input, says what was found and what to try, on one line.
"""

from __future__ import annotations


class OnrecordError(Exception):
    """Base of all errors that onrecord raises on purpose."""


class UnreadableSource(OnrecordError):
    """An input could not be read as an article. `name`, `found` and `advice` hold the parts."""

    def __init__(self, name: str, found: str, advice: str) -> None:
        self.name, self.found, self.advice = name, found, advice
        super().__init__(f"{name}: {found}. {advice}")


class WrongUsage(OnrecordError):
    """Options or arguments that contradict one another or make no sense."""


class MissingPart(OnrecordError):
    """Something that onrecord needs is not installed or is damaged."""


class UnusableStore(OnrecordError):
    """A store could not be opened, read or written. `name`, `found` and `advice` hold the parts."""

    def __init__(self, name: str, found: str, advice: str) -> None:
        self.name, self.found, self.advice = name, found, advice
        super().__init__(f"{name}: {found}. {advice}")
