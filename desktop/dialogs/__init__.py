"""Windows in front of the window: questions and tables that want an answer."""
