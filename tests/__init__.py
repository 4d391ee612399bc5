"""The tests, by what they need: nothing, a Qt in memory, a local Telegram, faults, time."""
