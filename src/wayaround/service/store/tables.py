"""The tables of the store; `migrations/` makes them, and a test holds the two against each other."""

import sqlalchemy as sa

__all__ = ["JOBS", "METADATA", "RESULTS", "SCENARIOS", "VERSIONS"]

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Times are milliseconds since 1970, UTC: a whole number is the same in every database."""

SCENARIOS = sa.Table(
    "scenarios",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
)
VERSIONS = sa.Table(
    "scenario_versions",
    METADATA,
    sa.Column("name", sa.ForeignKey("scenarios.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("page", sa.Text),
)
JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("asked", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("begun", sa.Integer, nullable=False),
    sa.Column("runner", sa.String(32)),
    sa.Column("seen_ms", sa.BigInteger, nullable=False),
    sa.Column("to_cancel", sa.Boolean(name="to_cancel"), nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("ended_ms", sa.BigInteger),
    sa.Column("error_code", sa.String(64)),
    sa.Column("error_message", sa.Text),
    sa.Index("ix_jobs_state", "state"),
    sa.Index("ix_jobs_owner", "owner"),
)
RESULTS = sa.Table(
    "results",
    METADATA,
    sa.Column("job", sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("format", sa.String(16), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
