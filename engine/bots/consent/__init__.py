"""Manages what people and chats agreed to, and what is kept about them."""
