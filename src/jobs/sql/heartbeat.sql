-- Renews leases that are still the caller's. (Who is leased has lease_until; asking for its state would bring the
-- partial indexes into play, none of which fits.) $1 org, $2 ids, $3 generations, $4 lease seconds or none: as it was leased, or $5
WITH beats AS MATERIALIZED (
    SELECT $1::uuid AS org, b.id, b.generation FROM unnest($2::uuid[], $3::int[]) AS b (id, generation)
)
UPDATE job_queue q
SET lease_until = now() + make_interval(secs => coalesce($4, q.granted_seconds, $5))
FROM beats b
WHERE q.org_id = b.org AND q.id = b.id AND q.generation = b.generation AND q.lease_until IS NOT NULL
RETURNING q.id, q.lease_until
