"""Keys by tag, however many carry one."""

import pytest

from engine.cache.tag_index import TagIndex


@pytest.mark.parametrize("count", [1, 8, 9, 200])
def test_a_tag_leads_to_the_keys_that_carry_it_until_they_are_removed(count: int) -> None:
    tags = TagIndex()
    keys = {f"k{n}" for n in range(count)}
    for key in sorted(keys):
        tags.add(key, ("all", key))
        tags.add(key, ("all",))
    assert tags.keys(("all",)) == keys
    assert tags.keys(("k0", "none")) == {"k0"}
    for key in sorted(keys)[1:]:
        tags.remove(key, ("all", key))
    assert tags.keys(("all",)) == {"k0"}
    tags.remove("k0", ("all", "k0", "none"))
    assert tags.keys(("all",)) == set()
    assert len(tags) == 0
