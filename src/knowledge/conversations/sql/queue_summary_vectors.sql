-- Asks the worker for the vectors of these summaries.
-- $1 org, $2 project, $3 summaries
WITH queued AS (
    INSERT INTO chat_work AS w (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT s.org_id, s.project_id, s.thread_id, 'vectors', s.from_seq, s.from_seq
    FROM unnest($3::uuid[]) i (id)
        CROSS JOIN LATERAL (SELECT * FROM chat_summaries o
                            WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) s
    ON CONFLICT DO NOTHING
    RETURNING w.thread_id
)
INSERT INTO due_work (org_id, project_id, task)
SELECT $1, $2, 'conversations' FROM (SELECT FROM queued LIMIT 1) one
WHERE NOT stele_is_announced($1, $2, 'conversations')
