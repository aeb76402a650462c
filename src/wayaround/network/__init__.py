"""The roads as they are: read, stored, opened, described."""
