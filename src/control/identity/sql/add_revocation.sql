-- Tells every server, and takes away what nobody can hold in memory any more. Last in its transaction: the shard waits for
-- the commit. $1 org, $2 project, $3 shard, $4 kind, $5 anchor, $6 until when it is needed, $7 reason or NULL
WITH over AS (
    DELETE FROM revocations WHERE org_id = $1 AND project_id = $2 AND shard = $3 AND until < now()
), head AS (
    INSERT INTO revocation_heads AS h (org_id, project_id, shard, last_id) VALUES ($1, $2, $3, 1)
    ON CONFLICT (org_id, project_id, shard) DO UPDATE SET last_id = h.last_id + 1
    RETURNING last_id
)
INSERT INTO revocations (org_id, project_id, shard, id, kind, anchor, state, cut_at, until, reason)
SELECT $1, $2, $3, last_id, $4, $5, 'revoked', now(), $6, $7 FROM head
