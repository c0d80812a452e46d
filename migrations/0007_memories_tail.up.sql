-- The tail: the memories that are in no segment yet, oldest first, for the fold and for the searches that
-- score them one by one. On a filled table all of them, so it is built beside the writers. NULLS FIRST is an
-- order that no other index has: who asks for it reads this one.
-- stele:no-transaction
SET lock_timeout = '5s';
CREATE INDEX CONCURRENTLY IF NOT EXISTS memories_tail ON memories (org_id, project_id, id NULLS FIRST)
    WHERE NOT folded;
