-- Keeps what steps gave and renews their jobs' leases. A step that is finished stays as it is.
-- $1 org, $2 project, then one array a column: $3 jobs, $4 generations, $5 names, $6 complete or failed, $7 titles,
-- $8 input hashes, $9 outputs, $10 errors, $11 started, $12 ended; $13 seconds of a lease that does not say
-- → the jobs that were still leased like that
WITH said AS MATERIALIZED (
    SELECT $1::uuid AS org, $2::uuid AS project, s.*, row_number() OVER (PARTITION BY s.job ORDER BY s.place) AS nth
    FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                $11::timestamptz[], $12::timestamptz[]) WITH ORDINALITY
         AS s (job, generation, name, status, title, input_hash, output, error, started_at, ended_at, place)
), wanted AS MATERIALIZED (
    SELECT s.org, s.project, s.job, min(s.generation) AS generation, count(*)::int AS steps
    FROM said s GROUP BY s.org, s.project, s.job ORDER BY s.job DESC
), held AS (
    UPDATE job_queue q
    SET event_seq = q.event_seq + w.steps,
        lease_until = greatest(q.lease_until, now() + make_interval(secs => coalesce(q.granted_seconds, $13)))
    FROM wanted w
    WHERE q.org_id = w.org AND q.project_id = w.project AND q.id = w.job AND q.generation = w.generation AND q.lease_until IS NOT NULL
    RETURNING q.id, q.event_seq - w.steps AS base, q.attempt
), saved AS (
    INSERT INTO job_steps AS t (org_id, project_id, job_id, name, seq, attempt, status, title, input_hash, output,
                                error, started_at, ended_at)
    SELECT s.org, s.project, s.job, s.name, h.base + s.nth, h.attempt, s.status, s.title, s.input_hash,
           s.output::jsonb, s.error, s.started_at, s.ended_at
    FROM said s JOIN held h ON h.id = s.job
    ON CONFLICT (org_id, project_id, job_id, name) DO UPDATE
    SET seq = excluded.seq, attempt = excluded.attempt, status = excluded.status, title = excluded.title,
        input_hash = excluded.input_hash, output = excluded.output, error = excluded.error,
        started_at = excluded.started_at, ended_at = excluded.ended_at
    WHERE t.status <> 'complete'
)
SELECT h.id FROM held h
