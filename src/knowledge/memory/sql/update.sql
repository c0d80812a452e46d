-- Writes a memory's new state over the old; the caller holds its lock and has kept the old version.
-- $1 org, $2 project, $3 id, $4 type, $5 category, $6 source, $7 trust, $8 content, $9 hash, $10 lexemes,
-- $11 tags, $12 metadata, $13 pinned, $14 valid from, $15 valid until, $16 expires, $17 version, $18 now,
-- $19 retention
UPDATE memories
SET type = $4, category = $5, source = $6, trust = $7, content = $8, content_hash = $9,
    lexemes = $10::sparsevec, tags = $11, metadata = $12, pinned = $13, valid_from = $14,
    valid_until = $15, expires_at = $16, version = $17, updated_at = $18,
    retention = $19
WHERE org_id = $1 AND project_id = $2 AND id = $3
