-- Artifacts of a job, or one by its id, or the tenant's. One arm runs.
-- plan: tenant, because the list without a job is of all, and few ask for it
-- $1 org, $2 project, $3 job or none, $4 artifact or none, $5 limit
SELECT a.id, a.job_id, a.step, a.uri, a.sha256, a.bytes, a.media_type, a.retention, a.redaction_status, a.verified,
       a.verified_at, a.created_at
FROM (SELECT * FROM artifacts WHERE org_id = $1 AND project_id = $2 AND id = $4 AND ($3::uuid IS NULL OR job_id = $3)
      UNION ALL
      SELECT * FROM artifacts WHERE org_id = $1 AND project_id = $2 AND job_id = $3 AND $4::uuid IS NULL
      UNION ALL
      SELECT * FROM artifacts WHERE org_id = $1 AND project_id = $2 AND $3 IS NULL AND $4 IS NULL) a
ORDER BY a.created_at, a.id
LIMIT $5
