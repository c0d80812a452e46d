-- Appends events at places reserved for them. $1 org, $2 project, then one array a column: $3 jobs, $4 places,
-- $5 types, $6 steps, $7 payloads
INSERT INTO job_events (org_id, project_id, job_id, seq, type, step, payload)
SELECT $1, $2, e.job, e.seq, e.type, e.step, e.payload::jsonb
FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[]) AS e (job, seq, type, step, payload)
