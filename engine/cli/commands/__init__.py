"""What each command of the terminal does; a module is named after its first word."""
