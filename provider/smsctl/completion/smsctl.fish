# Completion of smsctl for fish. smsctl itself knows what may follow; where it
# offers nothing, a file belongs.
function __smsctl_words
    set -l before (commandline -opc)
    smsctl complete -- $before[2..-1] (commandline -ct) 2>/dev/null
end
complete -c smsctl -a '(__smsctl_words)'
