-- A page of a tenant's summaries with their keywords, to split them into words anew.
-- $1 org, $2 project, $3 after this id, $4 at most
SELECT id, summary || coalesce(E'\n' || nullif(array_to_string(keywords, E'\n'), ''), '')
FROM chat_summaries WHERE org_id = $1 AND project_id = $2 AND id > $3
ORDER BY id LIMIT $4 FOR NO KEY UPDATE
