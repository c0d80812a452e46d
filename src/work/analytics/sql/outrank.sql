-- After a change to the annotations of a job: a person's counts, and a program's where no person spoke.
-- $1 org, $2 project, $3 job
UPDATE annotations a SET counts = NOT a.counts
WHERE a.org_id = $1 AND a.project_id = $2 AND a.job_id = $3
    AND a.counts <> (a.origin = 'human'
                     OR NOT EXISTS (SELECT FROM annotations h
                                    WHERE h.org_id = $1 AND h.project_id = $2 AND h.job_id = $3
                                        AND h.origin = 'human'))
