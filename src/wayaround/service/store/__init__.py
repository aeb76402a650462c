"""What outlives a request: stored scenarios, jobs and their results, in SQLite or PostgreSQL."""
