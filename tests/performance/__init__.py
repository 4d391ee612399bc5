"""Benchmarks, one module each: `python -m tests.performance` lists and runs them.

A benchmark is a module here with a `NAME` and a `run() -> Table`; there is nothing to register.
"""
