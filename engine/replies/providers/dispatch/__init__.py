"""Which call goes to which provider, and when."""
