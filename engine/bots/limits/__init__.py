"""How much and how fast bots may write."""
