-- One message at the end of its thread, which is made when it is not there. The thread's row gives the place,
-- and its lock puts writers one behind the other, so places have no gaps. A thread that has the dedup key gives
-- no place and nothing comes back; of two writers with one key at once the second is refused by the unique
-- index, whole, and finds the first one's message when it looks. Every $22 messages a summary becomes due.
-- $1 org, $2 project, $3 the id of a new thread, $4 its key, $5 the scope of a new thread, $6 channel, $7 instance, $8 said at,
-- $9 message, $10 speaker, $11 kind, $12 content, $13 hash, $14 dedup key, $15 job, $16 scope (NULL: the
-- thread's), $17 metadata, $18 retention, $19 lexemes, $20 words, $21 pairs, $22 messages between summaries
WITH place AS (
    INSERT INTO chat_threads AS t (org_id, project_id, id, key, scope, channel, instance, last_seq,
                                   created_at, last_message_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)
    ON CONFLICT (org_id, project_id, key) DO UPDATE
    SET last_seq = t.last_seq + 1, ended_at = NULL,
        last_message_at = greatest(t.last_message_at, excluded.last_message_at)
    WHERE $14::text IS NULL
        OR NOT EXISTS (SELECT FROM chat_messages d
                       WHERE d.org_id = $1 AND d.project_id = $2 AND d.thread_id = t.id
                           AND d.dedup_key = $14)
    RETURNING t.id, t.last_seq, t.summarized_seq, t.scope
), due AS (
    INSERT INTO chat_work (org_id, project_id, thread_id, task, from_seq, to_seq)
    SELECT $1, $2, p.id, 'summary', p.summarized_seq + 1, p.summarized_seq + $22
    FROM place p
    WHERE p.last_seq - p.summarized_seq >= $22 AND (p.last_seq - p.summarized_seq) % $22 = 0
    ON CONFLICT DO NOTHING
    RETURNING thread_id
), announced AS (
    INSERT INTO due_work (org_id, project_id, task)
    SELECT $1, $2, 'conversations' FROM due WHERE NOT stele_is_announced($1, $2, 'conversations')
)
INSERT INTO chat_messages (org_id, project_id, id, thread_id, seq, speaker, kind, channel, content,
                           content_hash, dedup_key, job_id, scope, instance, metadata, retention,
                           lexemes, words, pairs, created_at)
SELECT $1, $2, $9, p.id, p.last_seq, $10, $11, $6, $12, $13, $14, $15, coalesce($16, p.scope), $7, $17,
       $18, $19::sparsevec, $20, $21, $8
FROM place p
RETURNING seq, scope
