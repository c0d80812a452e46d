-- A new skill. $1 org, $2 project, $3 id, $4 name, $5 description, $6 content, $7 hash, $8 tags, $9 source, $10 instance,
-- $11 retention, $12 words, $13 vector, $14 its model
INSERT INTO skills (org_id, project_id, id, name, description, content, content_hash, tags, source, instance, retention,
                    lexemes, embedding, model)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::sparsevec, $13::halfvec, $14)
