"""What an API's answers mean, and what is kept of them."""
