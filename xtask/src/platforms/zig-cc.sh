#!/bin/bash
# zig cc for macOS, for checks only: drops what only Apple's clang takes. Objective-C needs Apple's headers, so it becomes an empty object.
compiler=("$(dirname "$0")/../python/bin/python" -m ziglang cc -target "$ZIG_TARGET")
arguments=(); next=; objective_c=; object=
for argument in "$@"; do
  if [ "$next" = skip ]; then next=; continue; fi
  if [ "$next" = object ]; then next=; arguments+=(-o "$argument"); object=$argument; continue; fi
  case $argument in
    --target=* | -mmacosx-version-min=* | -mmacos-version-min=*) ;;
    -arch | -isysroot | -target) next=skip ;;
    -o) next=object ;;
    *.m | *.mm) objective_c=yes; arguments+=("$argument") ;;
    *) arguments+=("$argument") ;;
  esac
done
if [ -n "$objective_c" ] && [ -n "$object" ]; then
  "${compiler[@]}" "${arguments[@]}" 2>/dev/null || echo | "${compiler[@]}" -x c -c -o "$object" -
else
  exec "${compiler[@]}" "${arguments[@]}"
fi
