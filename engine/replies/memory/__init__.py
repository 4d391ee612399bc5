"""What bots remember of the people they talk with."""
