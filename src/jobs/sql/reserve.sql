-- Renews leases and reserves places for what is reported about their jobs. $1 org, $2 jobs, the youngest first,
-- $3 generations, $4 how many places of each, $5 seconds of a lease that does not say → job, the place before the first
WITH said AS MATERIALIZED (
    SELECT $1::uuid AS org, s.* FROM unnest($2::uuid[], $3::int[], $4::int[]) AS s (job, generation, places)
)
UPDATE job_queue q
SET event_seq = q.event_seq + s.places,
    lease_until = greatest(q.lease_until, now() + make_interval(secs => coalesce(q.granted_seconds, $5)))
FROM said s
WHERE q.org_id = s.org AND q.id = s.job AND q.generation = s.generation AND q.lease_until IS NOT NULL
RETURNING q.id, q.event_seq - s.places
