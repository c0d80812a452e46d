-- Says what was reported to who watches, of those jobs that are announced; what is too long is named and not said.
-- $1 org, $2 project, then one array a column: $3 jobs, $4 places, $5 types, $6 steps, $7 payloads; $8 bytes that are
-- said at most
SELECT stele_announce($1, $2, e.type, e.job, j.metadata ->> 'sessionId',
                      jsonb_strip_nulls(jsonb_build_object('jobId', e.job, 'seq', e.seq, 'step', e.step))
                      || CASE WHEN e.payload IS NULL THEN '{}'
                              WHEN octet_length(e.payload) > $8 THEN '{"truncated": true}'
                              WHEN jsonb_typeof(e.payload::jsonb) = 'object' THEN e.payload::jsonb
                              ELSE jsonb_build_object('payload', e.payload::jsonb) END)
FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[]) AS e (job, seq, type, step, payload)
    CROSS JOIN LATERAL (SELECT b.metadata FROM jobs b
                        WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = e.job AND b.announced OFFSET 0) j
