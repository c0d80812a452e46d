-- The threads that hold some messages, held until the transaction ends: nothing is appended, summarized or
-- embedded there meanwhile. In the order of their ids, so that two of these do not dead-lock.
-- $1 org, $2 project, $3 messages, $4 a whole thread or NULL
SELECT t.id, t.key
FROM chat_threads t
WHERE t.org_id = $1 AND t.project_id = $2
    AND (t.id = $4::uuid
         OR t.id IN (SELECT m.thread_id FROM chat_messages m
                     WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = ANY ($3)))
ORDER BY t.id
FOR UPDATE
