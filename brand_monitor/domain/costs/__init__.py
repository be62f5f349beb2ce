"""What calls and answers cost."""
