"""From a text to its statements: quotation marks, the trained reader, links and cues."""
