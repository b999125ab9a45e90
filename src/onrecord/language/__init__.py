"""From a text to what the stages work on: its words, its quotation marks, and what the trained reader makes of them."""
