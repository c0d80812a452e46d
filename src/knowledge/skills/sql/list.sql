-- Skills by name, one page. Columns as in show.sql, without the content.
-- $1 org, $2 project, $3 tag or NULL, $4 after this name, $5 limit
SELECT id, name, description, tags, source, version, encode(content_hash, 'hex'), instance, retention, created_at, updated_at
FROM skills
WHERE org_id = $1 AND project_id = $2 AND name > $4 AND ($3::text IS NULL OR $3 = ANY (tags))
ORDER BY name
LIMIT $5
