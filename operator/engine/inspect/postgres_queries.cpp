#include "engine/inspect/postgres_queries.hpp"

#include <fmt/core.h>

#include "engine/inspect/postgres_query_parts.hpp"

namespace athanor::engine {
namespace {

using schema::Fact;

CatalogQuery schemas() {
  return {fmt::format(
              "SELECT 2615, n.oid, 0, 'schema', '', '', quote_ident(n.nspname), 0, {}, {} FROM pg_namespace "
              "n WHERE {} AND {}",
              // initdb's comment on public, in whatever words this version has it
              fmt::format("CASE WHEN n.nspname <> 'public' THEN {} END", comment("pg_namespace", "n.oid")),
              // and its grants, which differ between 14 and 15
              fmt::format("CASE WHEN n.nspname <> 'public' THEN {} END",
                          privileges("n.nspacl", "'n'", "n.nspowner")),
              kOurSchemas, not_of_extension("pg_namespace", "n.oid")),
          {Fact::Comment, Fact::Privileges}};
}

CatalogQuery extensions() {
  return {
      "SELECT 3079, e.oid, 0, 'extension', '', '', quote_ident(e.extname), 0, quote_ident(n.nspname) FROM "
      "pg_extension e JOIN "
      "pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'",
      {Fact::Options}};
}

CatalogQuery types(int server_version) {
  // Ranges have multiranges since 14.
  const char* multirange =
      server_version >= 140000
          ? "(SELECT quote_ident(m.typname) FROM pg_type m WHERE m.oid = r.rngmultitypid)"
          : "NULL";
  return {
      fmt::format(
          "SELECT CASE WHEN t.typtype = 'c' THEN 1259 ELSE 1247 END, CASE WHEN t.typtype = 'c' THEN "
          "t.typrelid "
          "ELSE t.oid END, 0, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range' WHEN 'd' THEN "
          "'domain' "
          "ELSE 'composite type' END, quote_ident(n.nspname), '', quote_ident(t.typname), 0, "
          "(SELECT string_agg(quote_literal(l.enumlabel), ', ' ORDER BY l.enumsortorder) FROM pg_enum l "
          "WHERE "
          "l.enumtypid = t.oid), "
          "CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END, "
          "CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN quote_ident(cn.nspname) || "
          "'.' || "
          "quote_ident(co.collname) END, "
          "CASE WHEN t.typtype = 'd' AND t.typnotnull THEN 'yes' END, "
          "CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 'pg_type'::regclass) END, "
          "CASE WHEN t.typtype = 'r' THEN 'subtype = ' || format_type(r.rngsubtype, NULL) || "
          "CASE WHEN ro.opcdefault THEN '' ELSE ', subtype_opclass = ' || quote_ident(rn.nspname) || '.' || "
          "quote_ident(ro.opcname) END || "
          "CASE WHEN r.rngcollation = 0 OR r.rngcollation = rb.typcollation THEN '' ELSE ', collation = ' || "
          "quote_ident(cn.nspname) || '.' || quote_ident(co.collname) END || "
          "CASE WHEN r.rngcanonical = 0 THEN '' ELSE ', canonical = ' || r.rngcanonical::regproc END || "
          "CASE WHEN r.rngsubdiff = 0 THEN '' ELSE ', subtype_diff = ' || r.rngsubdiff::regproc END END, "
          "{}, {}, {} "
          "FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
          "LEFT JOIN pg_class c ON c.oid = t.typrelid LEFT JOIN pg_type b ON b.oid = t.typbasetype "
          "LEFT JOIN pg_range r ON r.rngtypid = t.oid LEFT JOIN pg_type rb ON rb.oid = r.rngsubtype "
          "LEFT JOIN pg_opclass ro ON ro.oid = r.rngsubopc LEFT JOIN pg_namespace rn ON rn.oid = "
          "ro.opcnamespace "
          "LEFT JOIN pg_collation co ON co.oid = CASE WHEN t.typtype = 'r' THEN r.rngcollation ELSE "
          "t.typcollation END LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace "
          "WHERE (t.typtype IN ('e', 'r', 'd') OR c.relkind = 'c') AND {} AND {}",
          multirange, comment("pg_type", "t.oid"), privileges("t.typacl", "'T'", "t.typowner"), kOurSchemas,
          not_of_extension("pg_type", "t.oid")),
      {Fact::Values, Fact::Type, Fact::Collation, Fact::NotNull, Fact::Default, Fact::Definition,
       Fact::Multirange, Fact::Comment, Fact::Privileges}};
}

CatalogQuery sequences() {
  return {fmt::format(
              "SELECT 1259, c.oid, 0, 'sequence', quote_ident(n.nspname), '', quote_ident(c.relname), 0, "
              "format_type(s.seqtypid, NULL), "
              "s.seqstart::text, s.seqincrement::text, s.seqmin::text, s.seqmax::text, NULLIF(s.seqcache, "
              "1)::text, "
              "CASE WHEN s.seqcycle THEN 'yes' END, CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END, "
              "(SELECT quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || '.' || "
              "quote_ident(a.attname) FROM "
              "pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = "
              "t.relnamespace JOIN "
              "pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE d.classid = "
              "'pg_class'::regclass "
              "AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'), {}, {} "
              "FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = "
              "c.relnamespace "
              "WHERE {} AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND "
              "e.objid = c.oid "
              "AND e.deptype IN ('e', 'i'))",
              comment("pg_class", "c.oid"), privileges("c.relacl", "'s'", "c.relowner"), kOurSchemas),
          {Fact::Type, Fact::Start, Fact::Increment, Fact::Minimum, Fact::Maximum, Fact::Cache, Fact::Cycle,
           Fact::Persistence, Fact::OwnedBy, Fact::Comment, Fact::Privileges}};
}

CatalogQuery relations() {
  return {
      fmt::format(
          "SELECT 1259, c.oid, 0, CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE "
          "'table' "
          "END, quote_ident(n.nspname), '', quote_ident(c.relname), 0, CASE WHEN c.relpersistence = 'u' THEN "
          "'unlogged' END, "
          "CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, "
          "CASE WHEN c.relispartition THEN p.parents END, "
          "CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END, "
          "CASE WHEN NOT c.relispartition THEN p.parents END, "
          "CASE WHEN c.relrowsecurity THEN 'yes' END, CASE WHEN c.relforcerowsecurity THEN 'yes' END, "
          "(SELECT string_agg(option, ', ' ORDER BY option COLLATE \"C\") FROM unnest(c.reloptions) o "
          "(option)), "
          "CASE WHEN c.relkind IN ('r', 'm') AND am.amname <> 'heap' THEN am.amname END, "
          "CASE WHEN c.relkind IN ('r', 'p') THEN CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN "
          "'NOTHING' WHEN "
          "'i' THEN (SELECT 'USING INDEX ' || quote_ident(ic.relname) FROM pg_index i JOIN pg_class ic ON "
          "ic.oid = "
          "i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END END, "
          "CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END, {}, {} "
          "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am am ON am.oid = "
          "c.relam "
          "LEFT JOIN (SELECT h.inhrelid, string_agg(quote_ident(hn.nspname) || '.' || "
          "quote_ident(hc.relname), ', ' "
          "ORDER BY h.inhseqno) AS parents FROM pg_inherits h JOIN pg_class hc ON hc.oid = h.inhparent JOIN "
          "pg_namespace hn ON hn.oid = hc.relnamespace GROUP BY h.inhrelid) p ON p.inhrelid = c.oid "
          "WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't' AND {} AND {}",
          comment("pg_class", "c.oid"), privileges("c.relacl", "'r'", "c.relowner"), kOurSchemas,
          not_of_extension("pg_class", "c.oid")),
      {Fact::Persistence, Fact::PartitionKey, Fact::PartitionOf, Fact::PartitionBound, Fact::Inherits,
       Fact::RowSecurity, Fact::ForceRowSecurity, Fact::Options, Fact::AccessMethod, Fact::ReplicaIdentity,
       Fact::Definition, Fact::Comment, Fact::Privileges}};
}

CatalogQuery columns(int server_version) {
  const char* compression = server_version >= 140000
                                ? "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END"
                                : "NULL::text";
  const auto storage = [](const std::string& code) {
    return "CASE " + code +
           " WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN 'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END";
  };
  return {
      fmt::format(
          "SELECT 1259, a.attrelid, a.attnum, 'column', quote_ident(n.nspname), quote_ident(c.relname), "
          "quote_ident(a.attname), CASE WHEN a.attinhcount > 0 THEN -a.attnum ELSE a.attnum END, "
          "format_type(a.atttypid, a.atttypmod), "
          "CASE WHEN a.attcollation <> t.typcollation THEN (SELECT quote_ident(cn.nspname) || '.' || "
          "quote_ident(co.collname) FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace "
          "WHERE "
          "co.oid = a.attcollation) END, "
          "CASE WHEN a.attnotnull THEN 'yes' END, "
          "CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, "
          "CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END, "
          "CASE WHEN a.attidentity <> '' THEN (SELECT CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY "
          "DEFAULT' END "
          "|| ' AS IDENTITY (START WITH ' || s.seqstart || ' INCREMENT BY ' || s.seqincrement || ' MINVALUE "
          "' || "
          "s.seqmin || ' MAXVALUE ' || s.seqmax || ' CACHE ' || s.seqcache || CASE WHEN s.seqcycle THEN ' "
          "CYCLE' ELSE "
          "' NO CYCLE' END || ')' FROM pg_depend sd JOIN pg_sequence s ON s.seqrelid = sd.objid WHERE "
          "sd.classid = "
          "'pg_class'::regclass AND sd.refclassid = 'pg_class'::regclass AND sd.refobjid = a.attrelid AND "
          "sd.refobjsubid = a.attnum AND sd.deptype = 'i') END, "
          "CASE WHEN a.attstorage <> t.typstorage AND c.relkind <> 'c' THEN {} || ' (' || {} || ')' END, {}, "
          "NULLIF(a.attstattarget, -1)::text, (SELECT string_agg(option, ', ' ORDER BY option COLLATE \"C\") "
          "FROM unnest(a.attoptions) o (option)), "
          "{}, {} "
          "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = "
          "c.relnamespace "
          "JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum "
          "= "
          "a.attnum "
          "WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'c') AND c.relpersistence "
          "<> 't' AND {}",
          storage("a.attstorage"), storage("t.typstorage"), compression,
          comment("pg_class", "a.attrelid", "a.attnum"), privileges("a.attacl", "'c'", "c.relowner"),
          kOurSchemas),
      {Fact::Type, Fact::Collation, Fact::NotNull, Fact::Default, Fact::Generated, Fact::Identity,
       Fact::Storage, Fact::Compression, Fact::Statistics, Fact::Options, Fact::Comment, Fact::Privileges}};
}

CatalogQuery constraints() {
  return {
      fmt::format(
          "SELECT 2606, k.oid, 0, 'constraint', quote_ident(n.nspname), quote_ident(COALESCE(c.relname, "
          "t.typname)), quote_ident(k.conname), 0, "
          "CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' WHEN 'x' "
          "THEN "
          "'exclude' ELSE 'foreign key' END, pg_get_constraintdef(k.oid), "
          "CASE WHEN t.oid IS NOT NULL THEN 'domain' END, {} "
          "FROM pg_constraint k LEFT JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_type t ON t.oid = "
          "k.contypid JOIN pg_namespace n ON n.oid = COALESCE(c.relnamespace, t.typnamespace) "
          "WHERE k.contype IN ('p', 'u', 'c', 'x', 'f') AND k.conparentid = 0 AND (k.conislocal AND NOT "
          "(COALESCE(c.relispartition, false) AND k.coninhcount > 0)) "
          "AND COALESCE(c.relpersistence <> 't', true) AND {}",
          comment("pg_constraint", "k.oid"), kOurSchemas),
      {Fact::Kind, Fact::Definition, Fact::OwnedBy, Fact::Comment}};
}

CatalogQuery indexes() {
  return {fmt::format("SELECT 1259, i.indexrelid, 0, 'index', quote_ident(n.nspname), "
                      "quote_ident(c.relname), quote_ident(ic.relname), 0, "
                      "replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '), CASE WHEN NOT "
                      "i.indisvalid AND c.relkind <> 'p' THEN 'yes' END, {} "
                      "FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = "
                      "i.indrelid JOIN "
                      "pg_namespace n ON n.oid = c.relnamespace "
                      "WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't' AND NOT "
                      "ic.relispartition AND {} AND NOT "
                      "EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN "
                      "('p', 'u', 'x'))",
                      comment("pg_class", "i.indexrelid"), kOurSchemas),
          {Fact::Definition, Fact::Invalid, Fact::Comment}};
}

CatalogQuery default_privileges() {
  return {fmt::format(
              "SELECT 826, d.oid, 0, 'default privileges', COALESCE(quote_ident(n.nspname), ''), '', "
              "quote_ident(pg_get_userbyid(d.defaclrole)) || ' ' || CASE d.defaclobjtype WHEN 'r' THEN "
              "'TABLES' WHEN "
              "'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END, 0, "
              // In a schema, they add to nothing; without one, they take the place of the built-in ones.
              "CASE WHEN d.defaclnamespace <> 0 THEN {} ELSE {} END "
              "FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE n.oid IS "
              "NULL OR {}",
              privileges("d.defaclacl", "'c'", "d.defaclrole"),
              privileges("d.defaclacl", "CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END",
                         "d.defaclrole"),
              kOurSchemas),
          {Fact::Privileges}};
}

}  // namespace

std::vector<CatalogQuery> postgres_catalog_queries(int server_version) {
  return {schemas(),
          extensions(),
          types(server_version),
          sequences(),
          relations(),
          columns(server_version),
          constraints(),
          indexes(),
          functions(),
          operators(),
          triggers_and_rules(),
          policies(),
          event_triggers(),
          default_privileges()};
}

std::string_view postgres_dependency_query() {
  return R"sql(
SELECT DISTINCT
  CASE WHEN v.oid IS NOT NULL OR ad.oid IS NOT NULL THEN 1259 ELSE d.classid END,
  COALESCE(v.ev_class, ad.adrelid, d.objid),
  CASE WHEN v.oid IS NOT NULL THEN 0 WHEN g.attgenerated = '' THEN -ad.adnum ELSE COALESCE(ad.adnum, d.objsubid) END,
  CASE WHEN e.objid IS NOT NULL THEN 3079 WHEN k.oid IS NOT NULL THEN 2606
       WHEN COALESCE(et.typrelid, rt.typrelid, 0) <> 0 THEN 1259 ELSE d.refclassid END,
  COALESCE(e.refobjid, k.oid, NULLIF(et.typrelid, 0), et.oid, NULLIF(rt.typrelid, 0), d.refobjid),
  d.refobjsubid
FROM pg_depend d
LEFT JOIN pg_rewrite v ON d.classid = 2618 AND v.oid = d.objid AND v.rulename = '_RETURN'
LEFT JOIN pg_attrdef ad ON d.classid = 2604 AND ad.oid = d.objid
LEFT JOIN pg_attribute g ON g.attrelid = ad.adrelid AND g.attnum = ad.adnum
LEFT JOIN pg_depend e ON e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'
LEFT JOIN pg_constraint k ON d.refclassid = 1259 AND k.conindid = d.refobjid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_type rt ON d.refclassid = 1247 AND rt.oid = d.refobjid
LEFT JOIN pg_type et ON rt.typelem <> 0 AND et.oid = rt.typelem AND et.typarray = rt.oid
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.refclassid <> 2615 AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
)sql";
}

}  // namespace athanor::engine
