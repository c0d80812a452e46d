-- search_vectors for some messages alone.
-- $1 org, $2 project, $3 question, $4 model, $5 messages
SELECT v.message_id, v.part::int, v.embedding <=> $3::halfvec
FROM chat_vectors v
WHERE v.org_id = $1 AND v.project_id = $2 AND v.model = $4 AND v.message_id = ANY ($5)
