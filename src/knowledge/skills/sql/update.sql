-- The next version of a skill. $1 org, $2 project, $3 id, $4 description, $5 content, $6 hash, $7 tags, $8 source,
-- $9 instance, $10 retention, $11 words, $12 vector, $13 its model
UPDATE skills
SET description = $4, content = $5, content_hash = $6, tags = $7, source = $8, instance = $9, retention = $10,
    lexemes = $11::sparsevec, embedding = $12::halfvec, model = $13, version = version + 1, updated_at = now()
WHERE org_id = $1 AND project_id = $2 AND id = $3
