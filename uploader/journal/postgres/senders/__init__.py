"""What keeps the senders of a team apart and lets them share: their sessions, locks, places and news."""
