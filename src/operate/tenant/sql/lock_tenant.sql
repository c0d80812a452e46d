-- One import into a tenant at a time; false when another one is at it. Ends with the transaction.
-- $1 org, $2 project
SELECT pg_try_advisory_xact_lock(hashtextextended('stele scoped import ' || $1 || ' ' || $2, 0))
