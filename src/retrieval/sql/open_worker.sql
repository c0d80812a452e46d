-- Lets this transaction see which tenants, of all, may have items to fold.
SELECT set_config('stele.worker', 'segment', true)
