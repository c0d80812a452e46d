-- The vectors of summaries; one that was taken away meanwhile is left out.
-- $1 org, $2 project, $3 model, $4 summaries, $5 vectors
UPDATE chat_summaries s
SET model = $3, embedding = n.embedding
FROM unnest($4::uuid[], $5::halfvec[]) AS n (id, embedding)
WHERE s.org_id = $1 AND s.project_id = $2 AND s.id = n.id
