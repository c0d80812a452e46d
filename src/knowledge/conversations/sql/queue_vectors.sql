-- Asks the worker for the vectors of those of these messages that are there.
-- $1 org, $2 project, $3 messages
WITH queued AS (
    INSERT INTO chat_work AS w (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT m.org_id, m.project_id, m.thread_id, 'vectors', m.seq, m.seq
    FROM unnest($3::uuid[]) i (id)
        CROSS JOIN LATERAL (SELECT * FROM chat_messages o
                            WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m
    ON CONFLICT DO NOTHING
    RETURNING w.thread_id
)
INSERT INTO due_work (org_id, project_id, task)
SELECT $1, $2, 'conversations' FROM (SELECT FROM queued LIMIT 1) one
WHERE NOT stele_is_announced($1, $2, 'conversations')
