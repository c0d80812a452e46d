-- Who stores a skill waits for whoever else stores the one of that name: its version counts each change once.
-- $1 org, $2 project, $3 name
SELECT pg_advisory_xact_lock(hashtextextended('stele skill ' || $1::uuid || $2::uuid || $3::text, 0))
