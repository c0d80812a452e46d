-- Takes the one lock ("Stele" in ASCII) under which migrations run, or answers false. Never waits inside the server: a
-- waiting statement holds a snapshot, and CREATE INDEX CONCURRENTLY would wait for it for ever.
SELECT pg_try_advisory_lock(358435089509)
