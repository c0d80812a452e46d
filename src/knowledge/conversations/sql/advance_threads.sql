-- What a batch made of its threads: their last places, and the summaries that became due.
-- $1 org, $2 project, $3 threads, $4 last places, $5 last said at, $6 messages between summaries
WITH moved AS (
    UPDATE chat_threads t
    SET last_seq = greatest(t.last_seq, n.seq),
        ended_at = CASE WHEN n.seq > t.last_seq THEN NULL ELSE t.ended_at END,
        last_message_at = greatest(t.last_message_at, n.at)
    FROM unnest($3::uuid[], $4::int[], $5::timestamptz[]) AS n (id, seq, at)
    WHERE t.org_id = $1 AND t.project_id = $2 AND t.id = n.id
    RETURNING t.id, t.last_seq, t.summarized_seq
), queued AS (
    INSERT INTO chat_work AS w (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT $1, $2, m.id, 'summary', m.summarized_seq + 1, m.summarized_seq + $6
    FROM moved m
    WHERE m.last_seq - m.summarized_seq >= $6
    ON CONFLICT DO NOTHING
    RETURNING w.thread_id
)
INSERT INTO due_work (org_id, project_id, task)
SELECT $1, $2, 'conversations' FROM (SELECT FROM queued LIMIT 1) one
WHERE NOT stele_is_announced($1, $2, 'conversations')
