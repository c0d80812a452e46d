-- Ends a thread and asks for a summary of its own last messages, unless there is one.
-- Not NOT EXISTS, which may become a join that reads all summaries of the tenant.
-- $1 org, $2 project, $3 its key, $4 now, $5 messages of the summary
WITH ended AS (
    UPDATE chat_threads t
    SET ended_at = coalesce(t.ended_at, $4)
    WHERE t.org_id = $1 AND t.project_id = $2 AND t.key = $3
    RETURNING t.id, t.ended_at, t.last_seq,
              greatest(t.last_seq - $5 + 1, coalesce(t.lineage_upto[cardinality(t.lineage_upto)], 0) + 1)
                  AS from_seq
), asked AS (
    INSERT INTO chat_work (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT $1, $2, e.id, 'summary', e.from_seq, e.last_seq
    FROM ended e
    WHERE e.from_seq <= e.last_seq
        AND (SELECT s.id FROM chat_summaries s
             WHERE s.org_id = $1 AND s.project_id = $2 AND s.thread_id = e.id
                 AND s.from_seq = e.from_seq AND s.to_seq = e.last_seq) IS NULL
    ON CONFLICT DO NOTHING
    RETURNING from_seq, to_seq
), announced AS (
    INSERT INTO due_work (org_id, project_id, task)
    SELECT $1, $2, 'conversations' FROM asked WHERE NOT stele_is_announced($1, $2, 'conversations')
)
SELECT e.ended_at, a.from_seq, a.to_seq FROM ended e LEFT JOIN asked a ON true
