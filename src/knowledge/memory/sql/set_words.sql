-- The words of texts that were split anew. $1 org, $2 project, $3 memories, $4 their words
UPDATE memories m SET lexemes = n.lexemes
FROM unnest($3::uuid[], $4::sparsevec[]) AS n (id, lexemes)
WHERE m.org_id = $1 AND m.project_id = $2 AND m.id = n.id
