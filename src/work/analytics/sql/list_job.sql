-- Annotations of a job: one of each origin at most. Columns as in fetch.sql.
-- $1 org, $2 project, $3 job, $4 verdict, $5 origin, $6 agent, $7 model, $8 domain, each or NULL; $9 since
SELECT id, job_id, origin, verdict, score, counts, feedback, categories, agent, model, domain, iterations, token_cost,
       duration_ms, files_changed, prompt, instance, retention, created_at, updated_at
FROM annotations a
WHERE a.org_id = $1 AND a.project_id = $2 AND a.job_id = $3 AND a.created_at >= $9
    AND ($4::text IS NULL OR a.verdict = $4) AND ($5::text IS NULL OR a.origin = $5)
    AND ($6::text IS NULL OR a.agent = $6) AND ($7::text IS NULL OR a.model = $7)
    AND ($8::text IS NULL OR a.domain = $8)
ORDER BY a.created_at DESC, a.id DESC
