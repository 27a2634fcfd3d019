# Completion of smsctl for bash. smsctl itself knows what may follow; where it
# offers nothing, a file belongs.
_smsctl() {
    mapfile -t COMPREPLY < <(
        "$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _smsctl smsctl
