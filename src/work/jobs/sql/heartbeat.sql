-- Renews leases that are still the caller's. (Who is leased has lease_until; asking for its state would bring the
-- partial indexes into play, none of which fits.) $1 org, $2 project, $3 ids, $4 generations, $5 lease seconds or none: as it was leased, or $6
WITH beats AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, b.id, b.generation FROM unnest($3::uuid[], $4::int[]) AS b (id, generation)
)
UPDATE job_queue q
SET lease_until = now() + make_interval(secs => coalesce($5, q.granted_seconds, $6))
FROM beats b
WHERE q.org_id = b.org AND q.project_id = b.project AND q.id = b.id AND q.generation = b.generation AND q.lease_until IS NOT NULL
RETURNING q.id, q.lease_until
