"""The same story as several articles tell it: what each reports, leaves out, and gives differently.

    story_of(store)    the articles of a store as they are compared, copies of one another once
    compare(story)     rows: who speaks and what each article has of them, what happened, what is counted differently

Values in, rows out: each row has `what` it is, and in `told` what each article gives, with the entry that it rests on.
"""

from __future__ import annotations

from onrecord.comparison.differences import copy_rows
from onrecord.comparison.numbers import number_rows
from onrecord.comparison.speakers import speaker_rows
from onrecord.comparison.steps import event_rows
from onrecord.comparison.story import Story, Version, story_of
from onrecord.model import UNSURE
from onrecord.store.asking import Row

__all__ = ["Story", "Version", "compare", "story_of"]


def compare(story: Story, *, least: float = UNSURE) -> list[Row]:
    """Return what the articles of a story have in common and in what they differ, by entries at least so sure.

    The rows are, by `what`: each "copy"; each "holder", and each "statement" of theirs; each "event"; each "number"
    that articles give differently.
    """
    return [*copy_rows(story), *speaker_rows(story, least), *event_rows(story, least), *number_rows(story)]
