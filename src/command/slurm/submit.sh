#!/usr/bin/env bash
# written by limitcheck; changes are overwritten
# Submits the array, and the report that waits for its end.
set -e
cd {start}
folder={folder}
mkdir -p "$folder/shards" "$folder/logs"
. "$folder/site.sh"
array=$(sbatch --parsable ${options[@]+"${options[@]}"} --output="$folder/logs/shard-%a.txt" "$folder/shard.sh")
report=$(sbatch --parsable ${options[@]+"${options[@]}"} --output="$folder/logs/report.txt" \
    --dependency="afterany:${array%%;*}" "$folder/report.sh")
echo "${array%%;*} ${report%%;*}"
