"""Measuring how well onrecord reads."""
