-- The work on a summary is done: the counter moves when the range joins what it counted, and the next range is
-- asked for when it is full already. What was asked for anew meanwhile stays.
-- $1 org, $2 project, $3 thread, $4 from, $5 to, $6 messages between summaries, $7 when it was queued,
-- $8 whether its vector is still to be made
WITH done AS (
    DELETE FROM chat_work
    WHERE org_id = $1 AND project_id = $2 AND thread_id = $3 AND task = 'summary' AND from_seq = $4
        AND to_seq = $5 AND queued_at = $7
), moved AS (
    UPDATE chat_threads t
    SET summarized_seq = CASE WHEN $4 <= t.summarized_seq + 1 THEN greatest(t.summarized_seq, $5)
                              ELSE t.summarized_seq END
    WHERE t.org_id = $1 AND t.project_id = $2 AND t.id = $3
    RETURNING t.last_seq, t.summarized_seq
)
INSERT INTO chat_work (org_id, project_id, thread_id, task, from_seq, to_seq)
SELECT $1, $2, $3, 'summary', m.summarized_seq + 1, m.summarized_seq + $6
FROM moved m
WHERE m.last_seq - m.summarized_seq >= $6
UNION ALL
SELECT $1, $2, $3, 'vectors', $4, $4 WHERE $8::boolean
ON CONFLICT DO NOTHING
