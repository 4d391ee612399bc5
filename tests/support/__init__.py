"""What tests share: clocks, servers, engines, people, samples."""
