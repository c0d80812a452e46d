-- What remembers some messages of a thread beside themselves, taken away before they are: summaries of them,
-- and vectors of neighbours and groups that have their words in them. Both are asked for anew, without them.
-- $1 org, $2 project, $3 thread, $4 places, $5 whether vectors are made at all
WITH gone AS (
    DELETE FROM chat_summaries s
    WHERE s.org_id = $1 AND s.project_id = $2 AND s.thread_id = $3
        AND EXISTS (SELECT FROM unnest($4::int[]) p WHERE p BETWEEN s.from_seq AND s.to_seq)
    RETURNING s.from_seq, s.to_seq
), near AS (
    SELECT m.id, m.seq
    FROM chat_messages m
    WHERE m.org_id = $1 AND m.project_id = $2 AND m.thread_id = $3
        AND m.seq = ANY (ARRAY(SELECT DISTINCT q.seq
                               FROM unnest($4::int[]) p
                                   CROSS JOIN LATERAL (
                                       SELECT p - 1 AS seq
                                       UNION ALL SELECT p + 1
                                       UNION ALL SELECT generate_series((p - 1) / 6 * 6 + 1,
                                                                        (p - 1) / 6 * 6 + 6)) q))
), wiped AS (
    DELETE FROM chat_vectors v
    USING near n
    WHERE v.org_id = $1 AND v.project_id = $2 AND v.message_id = n.id AND v.part IN (1, 2)
), queued AS (
    INSERT INTO chat_work AS w (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT $1, $2, $3, 'summary', g.from_seq, g.to_seq FROM gone g
    UNION ALL
    SELECT $1, $2, $3, 'vectors', n.seq, n.seq FROM near n WHERE $5::boolean AND n.seq <> ALL ($4)
    ON CONFLICT (org_id, project_id, thread_id, task, from_seq, to_seq) DO UPDATE
    SET queued_at = clock_timestamp(), attempts = 0, not_before = excluded.not_before
    RETURNING w.thread_id
)
INSERT INTO due_work (org_id, project_id, task)
SELECT $1, $2, 'conversations' FROM (SELECT FROM queued LIMIT 1) one
WHERE NOT stele_is_announced($1, $2, 'conversations')
