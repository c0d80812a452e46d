-- What a search found, to be shown.
-- $1 org, $2 project, $3 messages
SELECT m.id, t.key, m.seq, m.speaker, m.content, m.created_at, m.kind, m.channel, m.scope
FROM chat_messages m
    JOIN chat_threads t ON t.org_id = m.org_id AND t.id = m.thread_id
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = ANY ($3)
