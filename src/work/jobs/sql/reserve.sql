-- Renews leases and reserves places for what is reported about their jobs. $1 org, $2 project, $3 jobs, the youngest first,
-- $4 generations, $5 how many places of each, $6 seconds of a lease that does not say → job, the place before the first
WITH said AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, s.* FROM unnest($3::uuid[], $4::int[], $5::int[]) AS s (job, generation, places)
)
UPDATE job_queue q
SET event_seq = q.event_seq + s.places,
    lease_until = greatest(q.lease_until, now() + make_interval(secs => coalesce(q.granted_seconds, $6)))
FROM said s
WHERE q.org_id = s.org AND q.project_id = s.project AND q.id = s.job AND q.generation = s.generation AND q.lease_until IS NOT NULL
RETURNING q.id, q.event_seq - s.places
