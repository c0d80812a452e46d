-- Who annotates a job waits for whoever else does: which of its annotations counts is decided by all of them.
-- $1 org, $2 project, $3 job
SELECT pg_advisory_xact_lock(hashtextextended('stele annotation ' || $1::uuid || $2::uuid || $3::text, 0))
