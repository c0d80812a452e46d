-- Artifacts of a job, or one by its id. $1 org, $2 project, $3 job or none, $4 artifact or none, $5 limit
SELECT a.id, a.job_id, a.step, a.uri, a.sha256, a.bytes, a.media_type, a.retention, a.redaction_status, a.verified,
       a.verified_at, a.created_at
FROM artifacts a
WHERE a.org_id = $1 AND a.project_id = $2 AND ($3::uuid IS NULL OR a.job_id = $3) AND ($4::uuid IS NULL OR a.id = $4)
ORDER BY a.created_at, a.id
LIMIT $5
