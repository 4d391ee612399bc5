"""What every test may take for granted."""

import os

from hypothesis import settings

os.environ["LANGUAGE"] = "en"  # of the programs they start, whatever the developer's is

settings.register_profile("product", deadline=None)  # how busy the machine is proves nothing
settings.load_profile("product")
