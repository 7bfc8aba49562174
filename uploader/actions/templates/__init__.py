"""What a person does with templates: look at them, check one, make one of what they have."""
