-- The proof of a forget: ids and hashes, never content.
-- $1 org, $2 project, $3 receipt, $4 now, $5 by whom, $6 reason, $7 memories, $8 hashes
INSERT INTO memory_receipts (org_id, project_id, id, forgotten_at, forgotten_by, reason, memory_ids,
                             content_hashes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
