-- One change of a tenant's segments of a kind at a time; false when another is under way. Ends with the
-- transaction. $1 org, $2 project, $3 kind
SELECT pg_try_advisory_xact_lock(
    hashtextextended('stele segments ' || $1::uuid::text || ' ' || $2::uuid::text || ' ' || $3, 0))
