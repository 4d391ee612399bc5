"""One Telegram account: its session and its client."""

from engine.held_back import hold_back
from engine.telegram.schema.finder import install

# Telethon imports it if installed, only to download files from the web, which this program never
# does. It would cost 13 MB and 0.13 s at every start.
hold_back("aiohttp")
install()
