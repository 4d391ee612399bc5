"""The kinds of alerts: a file each, with its figures, its judgement and its sentence.

A kind's sentence stands here and not in `engine.wording`, so that adding one is adding a file.
"""
