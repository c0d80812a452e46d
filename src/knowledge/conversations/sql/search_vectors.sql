-- How far the question is from what the messages of a tenant mean. Parts: chat_vectors.
-- $1 org, $2 project, $3 question, $4 model
SELECT v.message_id, v.part::int, v.embedding <=> $3::halfvec
FROM chat_vectors v
WHERE v.org_id = $1 AND v.project_id = $2 AND v.model = $4
