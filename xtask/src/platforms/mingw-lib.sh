#!/bin/bash
# Microsoft's lib over mingw's ar, for checks only.
library=; objects=()
for argument in "$@"; do
  case $argument in
    -out:* | /out:* | /OUT:*) library=${argument#*:} ;;
    -nologo | /nologo | /NOLOGO) ;;
    *) objects+=("$argument") ;;
  esac
done
exec x86_64-w64-mingw32-ar cr "$library" "${objects[@]}"
