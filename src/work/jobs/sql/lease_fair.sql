-- Leases jobs of a queue whose groups take turns: of equal priority, first those of the group that has the fewest
-- running, then the longest ready. Looks at no more than $11 groups, from the one after $10 on. The caller holds the
-- queue's row. Parameters 1 to 7 as in lease.sql; $8 running at once per group or none, $9 default lease seconds.
-- Every row also has the last group that was looked at, or none: then these were all.
WITH RECURSIVE groups AS (
    SELECT min_key.group_key, 1 AS place
    FROM (SELECT (SELECT q.group_key FROM job_queue q
                  WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state = 'ready'
                      AND q.group_key <> '' AND q.group_key > $10
                  ORDER BY q.group_key, q.priority, q.ready_at, q.id LIMIT 1) AS group_key) min_key
    UNION ALL
    SELECT (SELECT q.group_key FROM job_queue q
            WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state = 'ready' AND q.group_key <> ''
                AND q.group_key > g.group_key
            ORDER BY q.group_key, q.priority, q.ready_at, q.id LIMIT 1), g.place + 1
    FROM groups g
    WHERE g.group_key IS NOT NULL AND g.place < $11
), busy AS MATERIALIZED (
    SELECT g.group_key, (SELECT count(*)::int FROM job_queue r
                         WHERE r.org_id = $1 AND r.project_id = $2 AND r.queue = $3 AND r.state = 'running'
                             AND r.limited AND r.group_key = g.group_key) AS running
    FROM (SELECT group_key FROM groups WHERE group_key IS NOT NULL UNION ALL SELECT '') g
), candidates AS MATERIALIZED (
    SELECT c.id, c.priority, c.ready_at, b.running + c.turn AS turn
    FROM busy b
        CROSS JOIN LATERAL (
            SELECT f.id, f.priority, f.ready_at, row_number() OVER () AS turn
            FROM (SELECT q.id, q.priority, q.ready_at FROM job_queue q
                  WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state = 'ready'
                      AND q.group_key <> '' AND q.group_key = b.group_key
                      AND ($7::text[] IS NULL OR q.name = ANY ($7))
                  ORDER BY q.group_key, q.priority, q.ready_at, q.id
                  LIMIT CASE WHEN $8::int IS NULL THEN $4 ELSE least($4, greatest($8 - b.running, 0)) END) f) c
    WHERE b.group_key <> ''
    UNION ALL
    SELECT f.id, f.priority, f.ready_at, b.running + row_number() OVER ()
    FROM busy b
        CROSS JOIN LATERAL (SELECT q.id, q.priority, q.ready_at FROM job_queue q
                            WHERE q.org_id = $1 AND q.project_id = $2 AND q.queue = $3 AND q.state = 'ready'
                                AND q.group_key = '' AND ($7::text[] IS NULL OR q.name = ANY ($7))
                            ORDER BY q.priority, q.ready_at, q.id
                            LIMIT $4) f
    WHERE b.group_key = ''
), picked AS MATERIALIZED (
    SELECT $1::uuid AS org_id, $2::uuid AS project_id, p.id, p.place
    FROM unnest(ARRAY(
        SELECT c.id
        FROM candidates c
        ORDER BY c.priority, c.turn, c.ready_at, c.id
        LIMIT $4)) WITH ORDINALITY p (id, place)
), leased AS (
    UPDATE job_queue q
    SET state = 'running', attempt = q.attempt + 1, generation = q.generation + 1, worker = $5, limited = true,
        granted_seconds = coalesce($6, q.lease_seconds, $9),
        lease_until = now() + make_interval(secs => coalesce($6, q.lease_seconds, $9)),
        attempt_started_at = now(), first_started_at = coalesce(q.first_started_at, now())
    FROM picked p
    WHERE q.org_id = p.org_id AND q.project_id = p.project_id AND q.id = p.id AND q.lease_until IS NULL
    RETURNING q.org_id, q.project_id, q.id, p.place, q.attempt, q.generation, q.lease_until,
              q.event_seq, q.waits_for, q.woken_by
)
SELECT l.id, j.name, j.version, j.input, l.attempt, l.generation, l.lease_until, l.event_seq, l.waits_for, l.woken_by,
       j.parent_id, j.group_key, j.metadata, (SELECT g.group_key FROM groups g WHERE g.place = $11)
FROM leased l
    CROSS JOIN LATERAL (SELECT b.name, b.version, b.input, b.parent_id, b.group_key, b.metadata FROM jobs b
                        WHERE b.org_id = l.org_id AND b.project_id = l.project_id AND b.id = l.id OFFSET 0) j
ORDER BY l.place
