-- Stores one memory unless it is there already, by text or by id; then nothing comes back.
-- Safe under any number of writers: the unique indexes decide.
-- $1 org, $2 project, $3 id, $4 scope, $5 instance, $6 type, $7 category, $8 source, $9 trust, $10 content,
-- $11 hash, $12 lexemes, $13 tags, $14 metadata, $15 pinned, $16 uri, $17 commit, $18 file, $19 job,
-- $20 message, $21 valid from, $22 valid until, $23 expires, $24 created, $25 retention
INSERT INTO memories (org_id, project_id, id, scope, instance, type, category, source, trust, content,
                      content_hash, lexemes, tags, metadata, pinned, source_uri, source_commit,
                      source_file, job_id, message_id, valid_from, valid_until, expires_at,
                      created_at, updated_at, retention)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::sparsevec, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $24, $25)
ON CONFLICT DO NOTHING
RETURNING id
