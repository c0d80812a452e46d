-- One annotation. $1 org, $2 project, $3 id
SELECT id, job_id, origin, verdict, score, counts, feedback, categories, agent, model, domain, iterations, token_cost,
       duration_ms, files_changed, prompt, instance, retention, created_at, updated_at
FROM annotations
WHERE org_id = $1 AND project_id = $2 AND id = $3
