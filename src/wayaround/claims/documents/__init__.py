"""Plain texts and web pages: which block is whose, and when it was written."""
