-- Keeps artifacts; one that is there is left as it is. $1 org, $2 project, then one array a column: $3 ids, $4 jobs,
-- $5 steps, $6 addresses, $7 hashes, $8 bytes, $9 media types, $10 retention, $11 redaction
INSERT INTO artifacts (org_id, project_id, id, job_id, step, uri, sha256, bytes, media_type, retention,
                       redaction_status)
SELECT $1, $2, a.id, a.job, a.step, a.uri, a.sha256, a.bytes::bigint, a.media_type, a.retention, a.redaction
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
            $11::text[]) AS a (id, job, step, uri, sha256, bytes, media_type, retention, redaction)
ON CONFLICT (org_id, project_id, id) DO NOTHING
