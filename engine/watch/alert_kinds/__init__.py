"""Holds the kinds of alerts, one file each, with figures, judgement and sentence.

A kind's sentence is here, not in `engine.wording`, so a new kind is one new file.
"""
