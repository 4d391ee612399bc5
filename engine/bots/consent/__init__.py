"""What people and chats agreed to, and what is kept of them."""
