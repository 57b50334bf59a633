#include "integration/inspect/change_cases.hpp"

namespace athanor::testing {

/// What only newer servers have.
std::vector<ChangeCase> version_cases() {
  return {
      {"a range names its multirange", "", "CREATE TYPE floats AS RANGE (subtype = float8)",
       "CREATE TYPE floats AS RANGE (subtype = float8, multirange_type_name = many_floats); CREATE TABLE t "
       "(m many_floats)",
       14},
      {"a function has a body of statements", "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;", "",
       "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM v; END; CREATE FUNCTION g(x "
       "int) "
       "RETURNS int RETURN x + f()",
       14},
      {"what a function's body of statements reads changes its type", "",
       "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT max(a) FROM t; END; "
       "CREATE VIEW v AS SELECT f() AS x",
       "CREATE TABLE t (a bigint); CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT max(a) FROM t; "
       "END; "
       "CREATE VIEW v AS SELECT f() AS x",
       14},
      {"a column's compression", "CREATE TABLE t (a text, b text);",
       "ALTER TABLE t ALTER a SET COMPRESSION pglz", "ALTER TABLE t ALTER b SET COMPRESSION pglz", 14},
      {"a procedure gives something back", "", "CREATE PROCEDURE p(OUT a int) LANGUAGE sql AS 'SELECT 1'",
       "CREATE PROCEDURE p(OUT a int, IN b int) LANGUAGE sql AS 'SELECT $1'", 14},
      {"nulls count as equal", "CREATE TABLE t (a int, b int);",
       "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a); CREATE UNIQUE INDEX i ON t (b)",
       "ALTER TABLE t ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a); CREATE UNIQUE INDEX i ON t (b) NULLS "
       "NOT DISTINCT",
       15},
      {"a foreign key clears one of its columns",
       "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE t (a int, b int);",
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL",
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p ON DELETE SET NULL (b)", 15},
      {"a view asks with the rights of who asks", "CREATE TABLE t (a int);",
       "CREATE VIEW v AS SELECT a FROM t", "CREATE VIEW v WITH (security_invoker = true) AS SELECT a FROM t",
       15},
      {"a sequence becomes unlogged", "", "CREATE SEQUENCE s", "CREATE UNLOGGED SEQUENCE s", 15},
      {"a view builds JSON as the standard has it", "", "",
       "CREATE VIEW v AS SELECT JSON_OBJECT('a': 1 ABSENT ON NULL) AS j", 16},
      {"the right to maintain is granted", "CREATE TABLE t (a int);", "GRANT SELECT ON t TO reader",
       "GRANT MAINTAIN ON t TO reader", 17},
      {"a partitioned table has an identity", "",
       "CREATE TABLE t (a int NOT NULL) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES IN "
       "(1)",
       "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY) PARTITION BY LIST (a); CREATE TABLE p PARTITION "
       "OF t FOR VALUES IN (1)",
       17},
      {"a partitioned table excludes", "CREATE EXTENSION btree_gist;",
       "CREATE TABLE t (a int, r int4range) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES "
       "IN (1)",
       "CREATE TABLE t (a int, r int4range, EXCLUDE USING gist (a WITH =, r WITH &&)) PARTITION BY LIST (a); "
       "CREATE TABLE p PARTITION OF t FOR VALUES IN (1)",
       17},
      {"a table of a query on JSON", "", "",
       "CREATE VIEW v AS SELECT * FROM JSON_TABLE('[]'::jsonb, '$[*]' COLUMNS (a int PATH '$.a')) AS j", 17},
  };
}

}  // namespace athanor::testing
