"""Every operator command once, and how a running engine is given one."""
