"""What every test may take for granted."""

import os

from hypothesis import HealthCheck, settings

os.environ["LANGUAGE"] = "en"  # of the programs they start, whatever the developer's is

# How busy the machine is proves nothing, and a run says of this code what the next one says. New
# examples are looked for with `script/test --hypothesis-profile explore`.
settings.register_profile(
    "product", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile(
    "explore", settings.get_profile("product"), derandomize=False, max_examples=2_000
)
settings.load_profile("product")
