-- The tenant's memories in numbers.
-- plan: tenant, because it counts
-- $1 org, $2 project, $3 now, $4 model
SELECT count(*),
       count(*) FILTER (WHERE m.superseded_by IS NULL AND (m.expires_at IS NULL OR m.expires_at > $3)
                              AND (m.valid_until IS NULL OR m.valid_until > $3)),
       count(*) FILTER (WHERE m.superseded_by IS NOT NULL),
       count(*) FILTER (WHERE m.superseded_by IS NULL AND (m.expires_at <= $3 OR m.valid_until <= $3)),
       count(*) FILTER (WHERE m.pinned),
       coalesce(sum(octet_length(m.content)), 0)::bigint,
       count(v.memory_id),
       min(m.created_at), max(m.created_at),
       (SELECT count(*) FROM embedding_queue q WHERE q.org_id = $1 AND q.project_id = $2)
FROM memories m
    LEFT JOIN LATERAL (SELECT o.memory_id FROM memory_vectors o
                       WHERE o.org_id = $1 AND o.project_id = $2 AND o.memory_id = m.id AND o.model = $4 LIMIT 1) v
        ON true
WHERE m.org_id = $1 AND m.project_id = $2
