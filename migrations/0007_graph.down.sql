-- Takes away what the file of the same name makes, with all rows.
-- stele:phase contract
SET LOCAL lock_timeout = '5s';
DROP TABLE graph_rebuild_state, graph_ranks, graph_edges, graph_nodes;
DROP FUNCTION stele_graph_write;
DROP FUNCTION stele_graph_reorder;
DROP FUNCTION stele_graph_rank_of;
DROP FUNCTION stele_graph_below;
DROP FUNCTION stele_graph_against_order;
DROP FUNCTION stele_graph_rank;
DROP FUNCTION stele_graph_id;
DROP FUNCTION stele_graph_strict;
