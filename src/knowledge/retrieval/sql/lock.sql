-- The same for what cannot be put off: waits, as long as the transaction's deadline lets it. A statement of
-- its own, so that the next one sees what the one before it did.
-- $1 org, $2 project, $3 kind
SELECT pg_advisory_xact_lock(
    hashtextextended('stele segments ' || $1::uuid::text || ' ' || $2::uuid::text || ' ' || $3, 0))
