"""What tests of caches share: levels, traces, contenders."""
