"""Words alerts, causes, states and outcomes in the language in use, without Qt.

Terminal, log, window and tray all take their words from here. An alert's own sentence is with its
figures in `engine.watch.alert_kinds`.
"""
