-- Asks the worker for every vector that this tenant's messages and summaries lack in the given model.
-- $1 org, $2 project, $3 model
INSERT INTO chat_work (org_id, project_id, thread_id, task, from_seq, to_seq)
SELECT $1, $2, m.thread_id, 'vectors', m.seq, m.seq
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2
    AND NOT EXISTS (SELECT FROM chat_vectors v
                    WHERE v.org_id = $1 AND v.project_id = $2 AND v.message_id = m.id
                        AND v.part = 0 AND v.model = $3 LIMIT 1)
UNION
SELECT $1, $2, s.thread_id, 'vectors', s.from_seq, s.from_seq
FROM chat_summaries s
WHERE s.org_id = $1 AND s.project_id = $2 AND s.model IS DISTINCT FROM $3
ON CONFLICT DO NOTHING
