"""The result as a widget of a notebook."""
