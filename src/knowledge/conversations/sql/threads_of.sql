-- The threads that hold some messages, held until the transaction ends: nothing is appended, summarized or
-- embedded there meanwhile. In the order of their ids, so that two of these do not dead-lock.
-- $1 org, $2 project, $3 messages, $4 a whole thread's key or NULL
SELECT t.id, t.key
FROM (SELECT w.id
      FROM (SELECT o.id FROM chat_threads o WHERE o.org_id = $1 AND o.project_id = $2 AND o.key = $4::text
            UNION
            SELECT m.thread_id
            FROM unnest($3::uuid[]) i (id)
                CROSS JOIN LATERAL (SELECT o.thread_id FROM chat_messages o
                                    WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = i.id LIMIT 1) m) w
      ORDER BY w.id) n
    CROSS JOIN LATERAL (SELECT o.id, o.key FROM chat_threads o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = n.id LIMIT 1 FOR UPDATE) t
ORDER BY t.id
