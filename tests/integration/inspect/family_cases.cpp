#include "integration/inspect/change_cases.hpp"

namespace athanor::testing {

/// Parents and heirs, partitioned tables and partitions: what one hands down, and what the other has of its
/// own.
std::vector<ChangeCase> family_cases() {
  return {
      {"a partition stands in another schema than its table", "CREATE SCHEMA app;",
       "CREATE TABLE t (k int, a int, gone int) PARTITION BY LIST (k); CREATE TABLE app.p PARTITION OF t FOR "
       "VALUES IN (1)",
       "CREATE TABLE t (k int, a bigint, b int) PARTITION BY LIST (k); CREATE TABLE app.p PARTITION OF t FOR "
       "VALUES IN (1)"},
      {"a partition's new column has a comment, grants and a default of its own", "",
       "CREATE TABLE t (k int) PARTITION BY LIST (k); CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
       "CREATE TABLE t (k int, a int DEFAULT 1, b int DEFAULT 2) PARTITION BY LIST (k); CREATE TABLE p "
       "PARTITION OF t FOR "
       "VALUES IN (1); COMMENT ON COLUMN p.a IS 'own'; GRANT SELECT (a) ON p TO reader; ALTER TABLE p ALTER "
       "a SET DEFAULT "
       "7, ALTER a SET STATISTICS 9, ALTER b DROP DEFAULT"},
      {"a heir's column changes its comment as its parent's changes its type", "CREATE SCHEMA app;",
       "CREATE TABLE a (x int); CREATE TABLE app.t () INHERITS (a)",
       "CREATE TABLE a (x bigint); CREATE TABLE app.t () INHERITS (a); COMMENT ON COLUMN app.t.x IS 'own'"},
      {"a partitioned table's columns may be null, and another's not", "",
       "CREATE TABLE t (k int, a int NOT NULL, b int) PARTITION BY LIST (k); CREATE TABLE p PARTITION OF t "
       "FOR VALUES IN (1)",
       "CREATE TABLE t (k int, a int, b int NOT NULL) PARTITION BY LIST (k); CREATE TABLE p PARTITION OF t "
       "FOR VALUES IN (1)"},
      {"a heir stays NOT NULL where its parent does not", "",
       "CREATE TABLE a (x int NOT NULL); CREATE TABLE t () INHERITS (a)",
       "CREATE TABLE a (x int); CREATE TABLE t () INHERITS (a); ALTER TABLE t ALTER x SET NOT NULL"},
      {"a heir is made as its parent changes", "", "CREATE TABLE a (x int NOT NULL DEFAULT 1, gone int)",
       "CREATE TABLE a (x int DEFAULT 2, y text DEFAULT 'a'); CREATE TABLE t (z int) INHERITS (a)"},
      {"a parent's default calls a function that takes its row", "",
       "CREATE TABLE a (x int); CREATE TABLE t () INHERITS (a)",
       "CREATE TABLE a (x int); CREATE FUNCTION f(r a) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER TABLE a "
       "ADD y int; ALTER "
       "TABLE a ALTER y SET DEFAULT f(NULL); CREATE TABLE t () INHERITS (a)"},
      {"a table gets another parent, and that another column", "CREATE TABLE t (x int, y int, z int);",
       "CREATE TABLE a (x int, y int); CREATE TABLE b (x int, y int); ALTER TABLE t INHERIT a",
       "CREATE TABLE a (x int); CREATE TABLE b (x int, z int); ALTER TABLE t INHERIT b"},
      {"a partition moves to another table", "CREATE TABLE p (k int NOT NULL, a int);",
       "CREATE TABLE t (k int NOT NULL, a int) PARTITION BY LIST (k); CREATE TABLE u (k int NOT NULL, a int) "
       "PARTITION BY "
       "RANGE (k); ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)",
       "CREATE TABLE t (k int NOT NULL) PARTITION BY LIST (k); CREATE TABLE u (k int NOT NULL, a int) "
       "PARTITION BY RANGE "
       "(k); ALTER TABLE u ATTACH PARTITION p FOR VALUES FROM (1) TO (5)"},
  };
}

}  // namespace athanor::testing
