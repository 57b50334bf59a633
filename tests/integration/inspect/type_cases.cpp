#include "integration/inspect/change_cases.hpp"

namespace athanor::testing {

std::vector<ChangeCase> type_cases() {
  return {
      {"a schema is made", "", "", "CREATE SCHEMA shop; CREATE TABLE shop.t (a int)"},
      {"a schema with a name that wants quotes", "", "",
       R"(CREATE SCHEMA "My ""Shop"; CREATE TABLE "My ""Shop"."Or der" ("Sp ace" int, "user" text))"},
      {"a schema's comment changes", "", "CREATE SCHEMA shop; COMMENT ON SCHEMA shop IS 'it''s \\ old'",
       "CREATE SCHEMA shop; COMMENT ON SCHEMA shop IS 'new'"},
      {"an extension is made, and used", "", "", "CREATE EXTENSION citext; CREATE TABLE t (mail citext)"},
      {"an extension moves to another schema", "CREATE SCHEMA ext;", "CREATE EXTENSION citext",
       "CREATE EXTENSION citext SCHEMA ext"},
      {"an enum is made, with its column", "", "",
       "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'a, b'); CREATE TABLE t (m mood DEFAULT 'sad', many "
       "mood[])"},
      {"an enum gains values at either end and between", "", "CREATE TYPE mood AS ENUM ('b', 'd')",
       "CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e')"},
      {"an enum that is used loses a value", "",
       "CREATE TYPE mood AS ENUM ('a', 'b', 'c'); CREATE TABLE t (m mood DEFAULT 'a' NOT NULL, many mood[]); "
       "CREATE INDEX ON t (m)",
       "CREATE TYPE mood AS ENUM ('a', 'c'); CREATE TABLE t (m mood DEFAULT 'a' NOT NULL, many mood[]); "
       "CREATE INDEX ON t (m)"},
      {"an enum's values change places under a view, a check and a partial index", "",
       "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood CHECK (m > 'a')); CREATE INDEX i ON t "
       "(m) WHERE m = 'b'; CREATE VIEW v AS SELECT m FROM t WHERE m = 'a'",
       "CREATE TYPE mood AS ENUM ('b', 'a'); CREATE TABLE t (m mood CHECK (m > 'a')); CREATE INDEX i ON t "
       "(m) WHERE m = 'b'; CREATE VIEW v AS SELECT m FROM t WHERE m = 'a'"},
      {"an enum that a function takes loses a value", "",
       "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql AS 'SELECT "
       "1'",
       "CREATE TYPE mood AS ENUM ('b'); CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql AS 'SELECT 1'"},
      {"an enum's comment", "CREATE TYPE mood AS ENUM ('a');", "", "COMMENT ON TYPE mood IS 'how it goes'"},
      {"a domain is made", "", "",
       "CREATE DOMAIN price AS numeric(10,2) DEFAULT 0 NOT NULL CONSTRAINT positive CHECK (VALUE >= 0); "
       "CREATE TABLE t (p price)"},
      {"a domain's default and NOT NULL change", "", "CREATE DOMAIN price AS int DEFAULT 1",
       "CREATE DOMAIN price AS int NOT NULL"},
      {"a domain's check changes", "", "CREATE DOMAIN price AS int CONSTRAINT c CHECK (VALUE > 0)",
       "CREATE DOMAIN price AS int CONSTRAINT c CHECK (VALUE > 1)"},
      {"a domain in use gets another base type", "",
       "CREATE DOMAIN price AS int CHECK (VALUE > 0); CREATE TABLE t (p price DEFAULT 1)",
       "CREATE DOMAIN price AS numeric(12,2) CHECK (VALUE > 0); CREATE TABLE t (p price DEFAULT 1)"},
      {"a domain's collation changes", "", "CREATE DOMAIN word AS text",
       "CREATE DOMAIN word AS text COLLATE \"C\""},
      {"a composite type is made", "", "",
       "CREATE TYPE address AS (street text, zip varchar(10)); CREATE TABLE t (home address)"},
      {"a composite type gains, loses and retypes attributes", "",
       "CREATE TYPE address AS (street text, zip varchar(10), gone int)",
       "CREATE TYPE address AS (street varchar(99), zip varchar(10), land text)"},
      {"an attribute of a row that tables hold gets another type", "",
       "CREATE TYPE inner_row AS (a int); CREATE TYPE outer_row AS (i inner_row, b int); CREATE TABLE t (o "
       "outer_row, many "
       "inner_row[]); CREATE INDEX x ON t (o); CREATE VIEW v AS SELECT o FROM t",
       "CREATE TYPE inner_row AS (a text); CREATE TYPE outer_row AS (i inner_row, b int); CREATE TABLE t (o "
       "outer_row, many "
       "inner_row[]); CREATE INDEX x ON t (o); CREATE VIEW v AS SELECT o FROM t"},
      {"an enum in a row that tables hold loses a value", "",
       "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TYPE pair AS (m mood, many mood[]); CREATE TABLE t (p "
       "pair, gone mood)",
       "CREATE TYPE mood AS ENUM ('b'); CREATE TYPE pair AS (m mood, many mood[]); CREATE TABLE t (p pair, "
       "come mood)"},
      {"a column goes from an enum to a row that has it, as it loses a value", "",
       "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood[])",
       "CREATE TYPE mood AS ENUM ('b'); CREATE TYPE pair AS (m mood); CREATE TABLE t (m pair)"},
      {"a range is made and used", "", "",
       "CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi); CREATE TABLE t (r floats)"},
      {"a range in use gets another difference function", "",
       "CREATE TYPE floats AS RANGE (subtype = float8); CREATE TABLE t (r floats)",
       "CREATE TYPE floats AS RANGE (subtype = float8, subtype_diff = float8mi); CREATE TABLE t (r floats)"},
      {"a range over text has a collation and an operator class", "", "",
       "CREATE TYPE words AS RANGE (subtype = text, subtype_opclass = text_pattern_ops, collation = \"C\")"},
      {"a sequence is made with every option", "", "",
       "CREATE SEQUENCE s AS int INCREMENT -5 MINVALUE -99 MAXVALUE 7 START 3 CACHE 9 CYCLE"},
      {"a sequence changes in every option", "", "CREATE SEQUENCE s START 20",
       "CREATE SEQUENCE s AS smallint INCREMENT 5 MINVALUE 5 MAXVALUE 500 START 10 CACHE 9 CYCLE"},
      {"a sequence's bounds leave behind where it stands", "",
       "CREATE SEQUENCE s; CREATE SEQUENCE u MAXVALUE 9",
       "CREATE SEQUENCE s MINVALUE 5 START 7; CREATE SEQUENCE u MINVALUE 10 START 10"},
      {"a sequence is given to a column", "CREATE TABLE t (a int);", "CREATE SEQUENCE s",
       "CREATE SEQUENCE s OWNED BY t.a"},
      {"a serial column is made", "", "", "CREATE TABLE t (id bigserial PRIMARY KEY, n smallserial)"},
      {"a column becomes serial", "", "CREATE TABLE t (id int NOT NULL)", "CREATE TABLE t (id serial)"},
  };
}

}  // namespace athanor::testing
