-- Asks the worker for the summaries of these threads that are due and that it has given up.
-- $1 org, $2 project, $3 threads, $4 messages between summaries
WITH queued AS (
    INSERT INTO chat_work AS w (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT t.org_id, t.project_id, t.id, 'summary', t.summarized_seq + 1, t.summarized_seq + $4
    FROM unnest($3::uuid[]) i (id)
        CROSS JOIN LATERAL (SELECT * FROM chat_threads o
                            WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) t
    WHERE t.last_seq - t.summarized_seq >= $4
    ON CONFLICT DO NOTHING
    RETURNING w.thread_id
)
INSERT INTO due_work (org_id, project_id, task)
SELECT $1, $2, 'conversations' FROM (SELECT FROM queued LIMIT 1) one
WHERE NOT stele_is_announced($1, $2, 'conversations')
