-- Asks the worker for the vectors of those of these messages that are there.
-- $1 org, $2 project, $3 messages
INSERT INTO chat_work (org_id, project_id, thread_id, task, from_seq, to_seq)
SELECT m.org_id, m.project_id, m.thread_id, 'vectors', m.seq, m.seq
FROM chat_messages m
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = ANY ($3)
ON CONFLICT DO NOTHING
