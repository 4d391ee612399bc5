"""Creates Telethon's classes of the TL schema when they are first used.

The schema has some 2,500 types and requests, of which a bot needs about 200. Telethon imports the
code of all of them: 28 MB of every process, and 100 MB where no bytecode can be written.
"""
