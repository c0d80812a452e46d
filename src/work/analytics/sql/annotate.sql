-- A verdict on a job; the one of the same origin is replaced and keeps its id and its age. Gives the id and whether
-- one was there. $1 org, $2 project, $3 id, $4 job, $5 the job's id or NULL, $6 origin, $7 verdict, $8 score,
-- $9 feedback, $10 categories, $11 agent, $12 model, $13 domain, $14 iterations, $15 cost, $16 milliseconds,
-- $17 files, $18 prompt, $19 instance, $20 retention
INSERT INTO annotations AS a (org_id, project_id, id, job_id, job, origin, verdict, score, feedback, categories, agent,
                              model, domain, iterations, token_cost, duration_ms, files_changed, prompt, instance,
                              retention)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
ON CONFLICT (org_id, project_id, job_id, origin) DO UPDATE
SET job = excluded.job, verdict = excluded.verdict, score = excluded.score, feedback = excluded.feedback,
    categories = excluded.categories, agent = excluded.agent, model = excluded.model, domain = excluded.domain,
    iterations = excluded.iterations, token_cost = excluded.token_cost, duration_ms = excluded.duration_ms,
    files_changed = excluded.files_changed, prompt = excluded.prompt, instance = excluded.instance,
    retention = excluded.retention, updated_at = now()
RETURNING id, id <> $3
