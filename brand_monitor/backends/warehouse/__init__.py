"""Warehouse: the marts as SQL tables for people and BI tools. A projection; nothing reads it back."""
