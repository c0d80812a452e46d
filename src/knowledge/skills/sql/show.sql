-- A skill with its content, and the model its vector comes from. $1 org, $2 project, $3 name
SELECT id, name, description, tags, source, version, encode(content_hash, 'hex'), instance, retention, created_at, updated_at, content,
       model
FROM skills
WHERE org_id = $1 AND project_id = $2 AND name = $3
