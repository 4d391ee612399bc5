"""What every test may take for granted."""

import os

os.environ["LANGUAGE"] = "en"  # of the programs they start, whatever the developer's is
