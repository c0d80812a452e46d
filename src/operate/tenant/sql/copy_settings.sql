-- For the rest of this transaction: values are written and read in one text form wherever the server
-- stands, no other policy than the tenant's lets a row through, and a slow disk on our side is not taken
-- for an idle session.
SELECT set_config('DateStyle', 'ISO, YMD', true), set_config('TimeZone', 'UTC', true),
       set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),
       set_config('bytea_output', 'hex', true), set_config('row_security', 'on', true),
       set_config('stele.operator', '', true),
       set_config('idle_in_transaction_session_timeout', '0', true)
