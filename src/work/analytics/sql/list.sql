-- Annotations newest first, one page, from before the given place. Columns as in fetch.sql.
-- $1 org, $2 project, $3 verdict, $4 origin, $5 agent, $6 model, $7 domain, each or NULL; $8 since,
-- $9 place: time, $10 place: id, $11 limit
SELECT id, job_id, origin, verdict, score, counts, feedback, categories, agent, model, domain, iterations, token_cost,
       duration_ms, files_changed, prompt, instance, retention, created_at, updated_at
FROM annotations a
WHERE a.org_id = $1 AND a.project_id = $2 AND (a.created_at, a.id) < ($9, $10) AND a.created_at >= $8
    AND ($3::text IS NULL OR a.verdict = $3) AND ($4::text IS NULL OR a.origin = $4)
    AND ($5::text IS NULL OR a.agent = $5) AND ($6::text IS NULL OR a.model = $6)
    AND ($7::text IS NULL OR a.domain = $7)
ORDER BY a.created_at DESC, a.id DESC
LIMIT $11
