"""The rules: standard library and numpy only; no clock, no chance, no files."""
