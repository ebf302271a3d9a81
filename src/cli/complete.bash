# For bash a colon or an equals sign ends a word; in what `mcp` reads they stand within one. So words are put together as they
# were typed, and what stands before the last such sign is taken off again from what bash is to put in.
_mcp_complete() {
    local IFS=$'\013' line=$COMP_LINE last=$2 before= words=() word i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i == COMP_CWORD)) && [[ $word != [:=]* ]]; then
            word=$last
        fi
        if ((i == 0)) || [[ $line == [[:blank:]]* ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            before=
            words+=("$word")
        else
            before=${words[${#words[@]} - 1]}
            words[${#words[@]} - 1]=$before$word
        fi
        if [[ $word == [:=]* ]]; then
            before+=$word
        fi
        line=${line:${#COMP_WORDS[i]}}
    done
    COMPREPLY=($(_CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) MCP_COMPLETE=bash mcp -- "${words[@]}")) || {
        unset COMPREPLY
        return
    }
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]=${COMPREPLY[i]#"$before"}
    done
    if [[ ${COMPREPLY[0]-} != *[=/:] ]]; then
        compopt +o nospace 2> /dev/null
    fi
}
complete -o nospace -o bashdefault -o nosort -F _mcp_complete mcp 2> /dev/null ||
    complete -o nospace -o bashdefault -F _mcp_complete mcp
