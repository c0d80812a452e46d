-- Keeps checkpoints. $1 org, $2 project, then one array a column: $3 jobs, $4 places, $5 steps, $6 labels, $7 safe,
-- $8 states, $9 hashes
INSERT INTO job_checkpoints (org_id, project_id, job_id, seq, step, label, safe, state, hash, bytes)
SELECT $1, $2, c.job, c.seq, c.step, c.label, c.safe, c.state::jsonb, c.hash, octet_length(c.state)
FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::bool[], $8::text[], $9::text[])
     AS c (job, seq, step, label, safe, state, hash)
