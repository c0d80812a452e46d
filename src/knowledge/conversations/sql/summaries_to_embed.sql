-- Summaries that cover one of these places and have no vector of the active model.
-- $1 org, $2 project, $3 thread, $4 places, $5 model
SELECT s.id, s.summary
FROM chat_summaries s
WHERE s.org_id = $1 AND s.project_id = $2 AND s.thread_id = $3 AND s.model IS DISTINCT FROM $5
    AND EXISTS (SELECT FROM unnest($4::int[]) p WHERE p BETWEEN s.from_seq AND s.to_seq)
