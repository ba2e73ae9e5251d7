namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>
/// What runs between this process and bwrap, in a mount namespace of its own. The text is constant; every value comes
/// as a positional argument. Its exit codes below are read only before the command has started.
/// </summary>
internal static class LaunchScript
{
    public const int LimitFailed = 201;
    public const int MountFailed = 202;
    public const int ParentGone = 203;

    /// <summary>
    /// Arguments: server's process id, stage folder, owner of the memory file systems (0: stay who we are, in a user
    /// namespace), bytes of options and of filter at the head of standard input, bytes of /tmp, of home and of /dev/shm,
    /// bytes of the largest file, descriptors, count of control groups and their files, count of mounts and for each
    /// <c>d</c> or <c>f</c> and its source (the first is the image's root), then the command.
    /// </summary>
    public const string Text = """
        set -eu
        umask 077
        server=$1 stage=$2 owner=$3 options=$4 filter=$5 tmp=$6 home=$7 shm=$8 fsize=$9
        shift 9
        nofile=$1 groups=$2
        shift 2
        # The signal that ends us with the server is not sent when the server went before it was asked for.
        [ "$PPID" = "$server" ] || exit 203
        while [ "$groups" -gt 0 ]; do
          echo $$ >"$1" || exit 201
          shift
          groups=$((groups - 1))
        done
        prlimit --pid $$ --nofile="$nofile:$nofile" --core=0:0 --fsize="$fsize:$fsize" || exit 201
        # bwrap's own memory file systems may execute; and it could not reach folders that only the server may enter.
        mount -n -t tmpfs -o rw,nosuid,nodev,noexec,size=16m,mode=0755 tmpfs "$stage" || exit 202
        memory() {
          mkdir "$stage/$1" || exit 202
          mount -n -t tmpfs -o "rw,nosuid,nodev,noexec,size=$2,mode=$3,uid=$owner,gid=$owner" tmpfs "$stage/$1" || exit 202
        }
        memory tmp "$tmp" 1777
        memory home "$home" 0700
        memory shm "$shm" 1777
        mounts=$1 number=0
        shift
        while [ "$number" -lt "$mounts" ]; do
          if [ "$1" = d ]; then mkdir "$stage/m$number"; else : >"$stage/m$number"; fi
          mount -n --bind -- "$2" "$stage/m$number" || exit 202
          shift 2
          number=$((number + 1))
        done
        # Options hold the sandbox's environment: they come by pipe and are never on a command line or a disk.
        dd bs="$options" count=1 iflag=fullblock status=none of="$stage/options"
        dd bs="$filter" count=1 iflag=fullblock status=none of="$stage/filter"
        [ "$(wc -c <"$stage/options")" -eq "$options" ] || exit 203
        [ "$(wc -c <"$stage/filter")" -eq "$filter" ] || exit 203
        exec 8<"$stage/options" 9<"$stage/filter"
        rm "$stage/options" "$stage/filter"
        cd /
        path=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        # Bare environment: what bwrap is started with can be read inside, in /proc/1/environ.
        if [ "$owner" = 0 ]; then
          exec env -i "$path" setpriv --no-new-privs bwrap --args 8 -- "$@"
        fi
        exec env -i "$path" setpriv --reuid "$owner" --regid "$owner" --clear-groups --no-new-privs \
          --bounding-set -all --inh-caps -all bwrap --args 8 -- "$@"
        """;

    /// <summary>
    /// Runs first inside, so that the server knows that everything around it stands: one byte of output, then the
    /// command in its place.
    /// </summary>
    public const string Inner = "printf x; unset PWD; exec \"$@\"";
}
