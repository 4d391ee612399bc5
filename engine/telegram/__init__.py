"""One Telegram account: its session and its client."""

from engine.held_back import hold_back
from engine.telegram.schema.finder import install

# Telethon imports it where it can, for files on the web, which it is never asked for: 13 MB and
# 0.13 s of every start.
hold_back("aiohttp")
install()
