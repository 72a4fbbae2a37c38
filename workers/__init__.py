"""The workers: a dispatcher that empties the outbox into RQ, and who runs its jobs."""
