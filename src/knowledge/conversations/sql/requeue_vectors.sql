-- Asks the worker for every vector that this tenant's messages and, with the active model, summaries lack in the given
-- model. What was set aside stays so.
-- plan: tenant, because a new model reads everything
-- $1 org, $2 project, $3 model, $4 whether it is the active one
WITH dead AS MATERIALIZED (
    SELECT d.item FROM dead_letters d
    WHERE d.org_id = $1 AND d.project_id = $2 AND d.task = 'conversations' AND d.model = $3
), queued AS (
    INSERT INTO chat_work AS w (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT $1, $2, m.thread_id, 'vectors', m.seq, m.seq
    FROM chat_messages m
    WHERE m.org_id = $1 AND m.project_id = $2
        AND NOT EXISTS (SELECT FROM chat_vectors v
                        WHERE v.org_id = $1 AND v.project_id = $2 AND v.message_id = m.id
                            AND v.part = 0 AND v.model = $3 LIMIT 1)
        AND m.id NOT IN (SELECT item FROM dead)
    UNION
    SELECT $1, $2, s.thread_id, 'vectors', s.from_seq, s.from_seq
    FROM chat_summaries s
    WHERE s.org_id = $1 AND s.project_id = $2 AND $4::boolean AND s.model IS DISTINCT FROM $3
        AND s.id NOT IN (SELECT item FROM dead)
    ON CONFLICT (org_id, project_id, thread_id, task, from_seq, to_seq) DO UPDATE SET not_before = excluded.not_before
    RETURNING w.thread_id
), announced AS (
    INSERT INTO due_work (org_id, project_id, task)
    SELECT $1, $2, 'conversations' FROM (SELECT FROM queued LIMIT 1) one
    WHERE NOT stele_is_announced($1, $2, 'conversations')
)
SELECT count(*) FROM queued
