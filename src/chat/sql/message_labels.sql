-- Who said some messages, and how they begin, for a line in the graph. $1 org, $2 project, $3 ids
SELECT id, speaker || ': ' || left(content, 400) FROM chat_messages
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
