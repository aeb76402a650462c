"""Rows, links and the store of the ledger."""
