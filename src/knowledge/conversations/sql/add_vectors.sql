-- Vectors of a thread's messages, while the thread is held. One whose window has gained or lost a message since its text
-- was read is left out: whoever changed the window has asked for it anew. An item has one vector: those of other models go.
-- $1 org, $2 project, $3 thread, $4 model, $5 messages, $6 parts, $7 first places of the windows, $8 last
-- places, $9 messages in them, $10 vectors, $11 whether the model is the active one: only then those of others go
WITH there AS MATERIALIZED (
    SELECT m.id, n.part, n.embedding
    FROM unnest($5::uuid[], $6::int[], $7::int[], $8::int[], $9::int[], $10::halfvec[])
             AS n (message, part, first, last, members, embedding)
        CROSS JOIN LATERAL (SELECT o.id FROM chat_messages o
                            WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = n.message LIMIT 1) m
    WHERE n.members = (SELECT count(*)
                       FROM chat_messages w
                       WHERE w.org_id = $1 AND w.project_id = $2 AND w.thread_id = $3
                           AND w.seq BETWEEN n.first AND n.last)
), replaced AS (
    DELETE FROM chat_vectors v USING there t
    WHERE v.org_id = $1 AND v.project_id = $2 AND v.message_id = t.id AND v.part = t.part AND v.model <> $4
        AND $11::boolean
)
INSERT INTO chat_vectors (org_id, project_id, message_id, part, model, embedding)
SELECT $1, $2, t.id, t.part, $4, t.embedding FROM there t
ON CONFLICT (org_id, project_id, message_id, part, model) DO UPDATE SET embedding = excluded.embedding
