#include "schema/volatility.hpp"

#include <algorithm>
#include <array>

namespace athanor::schema {
namespace {

constexpr std::array<std::string_view, 16> kVolatile = {
    "random",           "gen_random_uuid", "uuid_generate_v1", "uuid_generate_v1mc",
    "uuid_generate_v4", "uuidv4",          "uuidv7",           "clock_timestamp",
    "timeofday",        "nextval",         "currval",          "lastval",
    "gen_random_bytes", "gen_salt",        "random_normal",    "setseed"};

constexpr std::array<std::string_view, 54> kFixed = {"now",
                                                     "transaction_timestamp",
                                                     "statement_timestamp",
                                                     "timezone",
                                                     "date_trunc",
                                                     "date_part",
                                                     "make_date",
                                                     "make_time",
                                                     "make_timestamp",
                                                     "make_timestamptz",
                                                     "make_interval",
                                                     "to_timestamp",
                                                     "to_date",
                                                     "to_char",
                                                     "to_number",
                                                     "lower",
                                                     "upper",
                                                     "initcap",
                                                     "concat",
                                                     "concat_ws",
                                                     "format",
                                                     "length",
                                                     "left",
                                                     "right",
                                                     "substr",
                                                     "substring",
                                                     "btrim",
                                                     "ltrim",
                                                     "rtrim",
                                                     "lpad",
                                                     "rpad",
                                                     "repeat",
                                                     "replace",
                                                     "md5",
                                                     "sha256",
                                                     "encode",
                                                     "decode",
                                                     "abs",
                                                     "round",
                                                     "floor",
                                                     "ceil",
                                                     "power",
                                                     "json_build_object",
                                                     "json_build_array",
                                                     "jsonb_build_object",
                                                     "jsonb_build_array",
                                                     "to_json",
                                                     "to_jsonb",
                                                     "string_to_array",
                                                     "array_fill",
                                                     "current_setting",
                                                     "daterange",
                                                     "tsrange",
                                                     "tstzrange"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Volatility volatility_of(std::string_view function) {
  // Extensions' functions are often written with their schema.
  const std::string_view bare = function.substr(function.rfind('.') + 1);
  if (contains(kVolatile, bare)) return Volatility::Volatile;
  return contains(kFixed, function) ? Volatility::Fixed : Volatility::Unknown;
}

std::span<const std::string_view> fixed_functions() {
  return kFixed;
}

std::span<const std::string_view> volatile_functions() {
  return kVolatile;
}

}  // namespace athanor::schema
