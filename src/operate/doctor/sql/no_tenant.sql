-- Takes the tenant away from this transaction, and whatever else lets rows through.
SELECT set_config('stele.org_id', '', true), set_config('stele.project_id', '', true),
       set_config('stele.operator', '', true)
