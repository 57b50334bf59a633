// What Kubernetes accepts as a name, a ConfigMap or Secret key, a label.
#pragma once

#include <string_view>

namespace athanor::api {

/// A DNS-1123 subdomain of at most 253 bytes: names of ConfigMaps and Secrets.
[[nodiscard]] bool is_object_name(std::string_view text);
/// A DNS-1123 label of at most 63 bytes: names of namespaces.
[[nodiscard]] bool is_namespace_name(std::string_view text);
/// A key of a ConfigMap's or Secret's data: letters, digits, `-`, `_`, `.`, at most 253 bytes, not `.`, not
/// beginning with `..`.
[[nodiscard]] bool is_data_key(std::string_view text);
/// A label's key: an optional DNS prefix and a slash, then a name of at most 63 bytes.
[[nodiscard]] bool is_label_key(std::string_view text);
/// A label's value: empty, or a name of at most 63 bytes.
[[nodiscard]] bool is_label_value(std::string_view text);

}  // namespace athanor::api
