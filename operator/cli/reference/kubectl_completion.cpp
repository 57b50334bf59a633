#include "cli/reference/kubectl_completion.hpp"

#include "cli/reference/bash_tables.hpp"

namespace athanor::cli {
namespace {

constexpr const char* kHead = R"bash(#!/usr/bin/env bash
# Completion of `kubectl athanor`. kubectl finds it in the PATH as kubectl_complete-athanor.

)bash";

constexpr const char* kEngine = R"bash(
# Names of what there is in the cluster that is meant; none, soon, where it doesn't answer.
_athanor_names() {
  kubectl ${kubeconfig:+--kubeconfig "$kubeconfig"} ${context:+--context "$context"} --request-timeout=3s \
    get "$@" -o name 2>/dev/null | sed 's|.*/||'
}

_athanor_note() {
  case $1 in
    -n|--namespace) namespace=$2 ;;
    --kubeconfig) kubeconfig=$2 ;;
    --context) context=$2 ;;
  esac
}

(($#)) || set -- ''
cur=${!#} path= takes= option= places=0 namespace= kubeconfig= context=
for word in "${@:1:$#-1}"; do
  if [[ -n $takes ]]; then
    _athanor_note "$option" "$word"
    takes=
  elif [[ $word == --*=* ]]; then
    _athanor_note "${word%%=*}" "${word#*=}"
  elif [[ $word == -* ]]; then
    option=$word
    takes=$(_athanor_takes "$path/$option")
  elif ((places == 0)) && _athanor_has "$path/$word"; then
    path=${path:+$path/}$word
  else
    places=$((places + 1))
  fi
done
[[ -z $takes && $cur != -* ]] && takes=$(_athanor_takes "$path/$((places + 1))")

directive=4 # no files
case $takes in
  FILE) directive=0 offered= ;;
  ENVIRONMENT) offered=$(_athanor_names migrationenvironments.athanor.dev ${namespace:+-n "$namespace"}) ;;
  NAMESPACE) offered=$(_athanor_names namespaces) ;;
  CONTEXT) offered=$(kubectl ${kubeconfig:+--kubeconfig "$kubeconfig"} config get-contexts -o name 2>/dev/null) ;;
  "words "*) offered=${takes#words } ;;
  "") offered=$(_athanor_words "$path" "$cur") ;;
  *) offered= ;;
esac
compgen -W "$offered" -- "$cur"
echo ":$directive"
)bash";

}  // namespace

std::string kubectl_completion(const CommandEntry& plugin) {
  return kHead + bash_tables(plugin, "_athanor") + kEngine;
}

}  // namespace athanor::cli
