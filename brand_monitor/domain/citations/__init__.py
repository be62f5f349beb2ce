"""What an answer says of its sources: which, where, whose, and how much of the answer they carry."""
