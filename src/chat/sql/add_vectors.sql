-- Vectors of a thread's messages, while the thread is held. One whose window has gained or lost a message since
-- its text was read is left out: whoever changed the window has asked for it anew.
-- $1 org, $2 project, $3 thread, $4 model, $5 messages, $6 parts, $7 first places of the windows, $8 last
-- places, $9 messages in them, $10 vectors
INSERT INTO chat_vectors (org_id, project_id, message_id, part, model, embedding)
SELECT m.org_id, m.project_id, m.id, n.part, $4, n.embedding
FROM unnest($5::uuid[], $6::int[], $7::int[], $8::int[], $9::int[], $10::halfvec[])
         AS n (message, part, first, last, members, embedding)
    JOIN chat_messages m ON m.org_id = $1 AND m.project_id = $2 AND m.id = n.message
WHERE n.members = (SELECT count(*)
                   FROM chat_messages w
                   WHERE w.org_id = $1 AND w.project_id = $2 AND w.thread_id = $3
                       AND w.seq BETWEEN n.first AND n.last)
ON CONFLICT (org_id, message_id, part) DO UPDATE
SET model = excluded.model, embedding = excluded.embedding
