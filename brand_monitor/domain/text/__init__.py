"""The parts of a text that people write: prose, links, lists, and who is picked in them."""
