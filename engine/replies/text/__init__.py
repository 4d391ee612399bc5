"""How texts are read, compared, cleaned and cut."""
