# Runs a program that does not outlive the test, nor does anything it started.
#
# The test holds the other end of standard input. When it lets go, by dropping it or by dying in
# whatever way, everything in this process group is ended.
exec 3<&0
(
    trap '' TERM
    cat <&3
    kill -TERM 0
    sleep 2
    kill -KILL 0
) >/dev/null 2>&1 &
exec "$@" 3<&- </dev/null
