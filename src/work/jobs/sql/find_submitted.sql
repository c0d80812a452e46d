-- Jobs that a submission may have met: by their ids, or by the key in their queue, which their definition may say.
-- OFFSET 0: what stands in JSON is not leakproof, so under row-level security its value alone may be an index condition.
-- $1 org, $2 project, $3 ids, $4 queues, $5 keys, $6 names, $7 versions → place from 1, id, status; whether the queue
-- is draining; the queue
SELECT n.place, j.id, j.status,
       EXISTS (SELECT FROM job_queues s
               WHERE s.org_id = $1 AND s.project_id = $2 AND s.queue = o.queue AND s.draining), o.queue
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[])
         WITH ORDINALITY AS n (id, queue, key, name, version, place)
    LEFT JOIN LATERAL (SELECT f.defaults FROM job_definitions f
                       WHERE f.org_id = $1 AND f.project_id = $2 AND f.name = n.name
                           AND f.version = coalesce(n.version, f.version)
                       ORDER BY f.version DESC LIMIT 1) d ON true
    CROSS JOIN LATERAL (SELECT coalesce(n.queue, d.defaults ->> 'queue', 'default') AS queue OFFSET 0) o
    LEFT JOIN LATERAL (
        SELECT f.id, f.status
        FROM (SELECT b.id, b.status FROM jobs b WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = n.id
              UNION ALL
              SELECT k.id, k.status FROM jobs k
              WHERE k.org_id = $1 AND k.project_id = $2 AND k.queue = o.queue AND k.key = n.key) f
        LIMIT 1
    ) j ON true
ORDER BY n.place
