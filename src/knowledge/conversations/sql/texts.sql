-- The texts at some places of a thread, as far as vectors are made of them.
-- $1 org, $2 project, $3 thread, $4 places
SELECT seq, id, left(content, 16384), speaker, kind, octet_length(content) <= 1000
FROM chat_messages
WHERE org_id = $1 AND project_id = $2 AND thread_id = $3 AND seq = ANY ($4)
