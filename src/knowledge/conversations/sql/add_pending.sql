-- What the message just logged asks for; nothing when it was there already.
-- $1 org, $2 project, $3 messages, $4 the actions' ids, $5 actions, $6 since when
INSERT INTO pending_actions (org_id, project_id, id, message_id, thread_id, action, created_at)
SELECT m.org_id, m.project_id, n.id, m.id, m.thread_id, n.action, n.at
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[]) AS n (message, id, action, at)
    CROSS JOIN LATERAL (SELECT * FROM chat_messages o
                        WHERE o.org_id = $1 AND o.project_id = $2 AND o.id = n.message LIMIT 1) m
ON CONFLICT DO NOTHING
