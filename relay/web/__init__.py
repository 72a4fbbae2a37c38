"""The pages and the API: parse, call, render."""
