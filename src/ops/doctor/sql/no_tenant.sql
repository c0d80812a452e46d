-- Takes the tenant away from this transaction.
SELECT set_config('stele.org_id', '', true), set_config('stele.project_id', '', true),
       set_config('stele.worker', '', true)
