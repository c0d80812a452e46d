-- Some skills. Columns as in show.sql, without the content. $1 org, $2 project, $3 ids
SELECT id, name, description, tags, source, version, encode(content_hash, 'hex'), instance, retention, created_at, updated_at
FROM skills
WHERE org_id = $1 AND project_id = $2 AND id = ANY ($3)
