"""What is done with the journal as a whole: set up, checked, upgraded, filled from another one."""
