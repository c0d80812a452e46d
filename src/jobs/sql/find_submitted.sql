-- Jobs that a submission may have met: by their ids, or by the key in their queue.
-- $1 org, $2 project, $3 ids, $4 queues, $5 keys → place from 1, id, status; whether the queue is draining
SELECT n.place, j.id, j.status,
       EXISTS (SELECT FROM job_queues s
               WHERE s.org_id = $1 AND s.project_id = $2 AND s.queue = n.queue AND s.draining)
FROM unnest($3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY AS n (id, queue, key, place)
    LEFT JOIN LATERAL (
        SELECT f.id, f.status
        FROM (SELECT b.id, b.status FROM jobs b WHERE b.org_id = $1 AND b.project_id = $2 AND b.id = n.id
              UNION ALL
              SELECT k.id, k.status FROM jobs k
              WHERE k.org_id = $1 AND k.project_id = $2 AND k.queue = n.queue AND k.key = n.key) f
        LIMIT 1
    ) j ON true
ORDER BY n.place
