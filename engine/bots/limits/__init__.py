"""Limits how much and how fast bots may write."""
