#include "integration/inspect/change_cases.hpp"

namespace athanor::testing {

std::vector<ChangeCase> constraint_cases() {
  return {
      {"a primary key is made", "", "CREATE TABLE t (a int NOT NULL)", "CREATE TABLE t (a int PRIMARY KEY)"},
      {"a primary key moves to another column, under its name", "",
       "CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT k PRIMARY KEY (a))",
       "CREATE TABLE t (a int NOT NULL, b int NOT NULL, CONSTRAINT k PRIMARY KEY (b))"},
      {"a primary key that others refer to gets another name", "",
       "CREATE TABLE p (id int CONSTRAINT old_key PRIMARY KEY); CREATE TABLE t (p int REFERENCES p)",
       "CREATE TABLE p (id int CONSTRAINT new_key PRIMARY KEY); CREATE TABLE t (p int REFERENCES p)"},
      {"a unique constraint with included columns", "CREATE TABLE t (a int, b int, c int);",
       "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)",
       "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b) INCLUDE (c) DEFERRABLE"},
      {"a unique index becomes a constraint of the same name", "CREATE TABLE t (a int);",
       "CREATE UNIQUE INDEX u ON t (a)", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)"},
      {"a check changes", "CREATE TABLE t (a int);", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
       "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 1) NO INHERIT"},
      {"a check is made without being validated", "CREATE TABLE t (a int);", "",
       "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"},
      {"a table is made with a check that is not validated", "", "",
       "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID"},
      {"a check is validated", "CREATE TABLE t (a int);",
       "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
       "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)"},
      {"an exclusion comes and changes",
       "CREATE EXTENSION btree_gist; CREATE TABLE t (room int, during tstzrange);",
       "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (room WITH =, during WITH &&)",
       "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (room > 3)"},
      {"a foreign key with every clause",
       "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE t (a int, b int);",
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p",
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES p MATCH FULL ON DELETE CASCADE ON "
       "UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED"},
      {"a foreign key that is not validated", "CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE t (a int);",
       "", "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID"},
      {"a foreign key is validated", "CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE t (a int);",
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID",
       "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p"},
      {"two tables that refer to each other, and one that refers to itself", "", "",
       "CREATE TABLE a (id int PRIMARY KEY, b int, a int REFERENCES a); CREATE TABLE b (id int PRIMARY KEY, "
       "a int REFERENCES a); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b"},
      {"a partitioned table refers, and is referred to", "", "",
       "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR "
       "VALUES IN (1); CREATE TABLE t (p int REFERENCES p) PARTITION BY LIST (p); CREATE TABLE t1 PARTITION "
       "OF t FOR VALUES IN (1)"},
      {"a constraint's comment",
       "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0)); CREATE DOMAIN d AS int CONSTRAINT e CHECK (VALUE "
       "> 0);",
       "", "COMMENT ON CONSTRAINT c ON t IS 'why'; COMMENT ON CONSTRAINT e ON DOMAIN d IS 'too'"},
      {"an index is made with every clause", "CREATE TABLE t (a text, b int, c int);", "",
       "CREATE UNIQUE INDEX i ON t (lower(a) text_pattern_ops DESC NULLS LAST, b) INCLUDE (c) WITH "
       "(fillfactor = 70) WHERE b > 3"},
      {"an index changes its method", "CREATE TABLE t (a int);", "CREATE INDEX i ON t (a)",
       "CREATE INDEX i ON t USING hash (a)"},
      {"an index changes its condition", "CREATE TABLE t (a int);", "CREATE INDEX i ON t (a) WHERE a > 1",
       "CREATE INDEX i ON t (a) WHERE a > 2"},
      {"an index's comment", "CREATE TABLE t (a int); CREATE INDEX i ON t (a);", "",
       "COMMENT ON INDEX i IS 'quick'"},
      {"an index's name is given to that of another table", "CREATE TABLE t (a int); CREATE TABLE u (a int);",
       "CREATE INDEX i ON t (a)", "CREATE INDEX i ON u (a)"},
  };
}

}  // namespace athanor::testing
